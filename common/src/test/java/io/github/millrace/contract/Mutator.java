package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages records, in their bytes and in their structure. */
final class Mutator {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a value becomes. Raw JSON, so that it may be what no writer would write. */
  private static final List<String> VALUES =
      """
      null|true|false|0|-0|1|-1|-0.0|7|10|11|128|-3|32768|2147483648|1e2|1E-2|0.10|0.1000000001|1.5|1.0|2e0|-2.0|10.00|1.1e1|127.0|1e-0|700e-2|1.76E12|9.2233720368547758e18
      0.30000001|5000.5|5000.50000000000001|5000.6|999999.99|999999.990|1000000|9999999999.99
      9223372036854775807|9223372036854775808|-9223372036854775809|12345678901234567890.5
      99999999999999999999|100000000000000000000|1e-18|1e-19|1e400|-1e400|1e-400|1e1000000000
      1e-1000000000|0e1000000000|84.35000000000001|3374.0|1E5|-5.0|1e999999999|1e99999999999|123456789012345678901234567890123456789012345678901234567890
      ""|" "|"a"|"1"|"123456"|"1234567890123"|"12345x"|"ü"|"\\u00fc"|"\\ud83d\\ude00"|"\\ud83d"|"\\ude00"
      "😀😀😀😀😀😀"|"\\u0000"|"\\n"|"東京東京東京東京東京東"|"a@b.c"|"a@b"|"a@@b.c"|"a b@c.d"|"a@.b.c"|"a@b..c"|"a@b.c."
      "01234567-89ab-cdef-0123-456789abcdef"|"01234567-89ab-cdef-0123-456789abcdeg"
      "2024-02-29"|"2023-02-29"|"1999-12-31"|"2000-01-01"|"2100-01-01"|"2099-12-31"|"2024-1-01"
      "29.02.2024"|"29.02.2023"|"30.02.2024"|"01.01.0000"|"01.01.+10000"|"1.1.2024"|"01.01.24"
      "2024-02-29T12:34"|"2024-02-29 12:34:56"|"2024-02-29T12:34:56.7"|"2024-02-29T12:34:56.123456789Z"
      "2024-02-29T12:34:56.1234567890Z"|"2024-02-29T12:34:56.Z"|"2024-02-29T24:00:00Z"
      "2000-01-01T00:00:00+00:01"|"2000-01-01T00:00:00-0001"|"2000-01-01t00:00z"|"2000-01-01T00:00+19"
      "2024-02-29T24:00:00.1Z"|"2024-02-29 24:00 +0100"|"2024-02-29T12:34:56,789Z"|"2024-02-29T12:34:56 +0000"
      "2024-02-29T12:34:56 +01:00"|"2024-02-29T12:34:56 Z"|"2024-02-29T12:34:56Z[UTC]"|"2024-02-29T12:34:56 "
      "2024-07-01T12:00:00+01:00[Europe/Berlin]"|"2024-07-01T12:00:00[Europe/Berlin]"|"2024-07-01T12:00[Europe/Rome"
      "2024-03-31T02:30:00[Europe/Berlin]"|"2024-10-27T02:30:00[Europe/Berlin]"|"2024-07-01T12:00Z[u-ca=iso8601]"
      "2024-03-31T02:30:00"|"2024-10-27T02:30:00"|"2024-03-31T01:59:59.999"|"2024-03-31 24:00:00 "
      []|[[]]|[[1]]|[null]|["a"]|["a","b",null]|["12345678901"]|[[1],[2],[3]]|[[1],[2],[3],[4]]|[[1,"2"]]
      {}|{"City":"x"}|{"City":"x","City":"y"}|{"City":null}|{"a":{"b":1,"b":2}}|[{"ItemCode":"a","ItemQty":1}]
      [{"ItemCode":"a","ItemQty":1},{"ItemCode":"a","ItemQty":1,"x":[],"x":[]}]|[{"ItemQty":1}]
      NaN|Infinity|tru|nul|01|+1|.5|1.|1e|-|'a'|"\\x41"|"\\u12"|"a|[1|{"a"|[1,]|{"a":1,}|/**/1
      """
          .lines()
          .flatMap(line -> Arrays.stream(line.split("\\|", -1)))
          .toList();

  /** What leaves it JSON more often than not. */
  private static final List<String> LIKELY = List.of("0123456789.-+eE\"\\,:[]{} ".split(""));

  private static final List<String> AROUND = List.of("\uFEFF", " ", "\n", "\r\n", "\0");

  private final SplittableRandom random;
  private final List<JsonNode> records;

  Mutator(SplittableRandom random, List<String> records) {
    this.random = random;
    this.records = records.stream().map(Mutator::tree).toList();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  /** The next record: most are damaged once or twice in their structure or bytes, some not. */
  byte[] next() {
    JsonNode record = records.get(random.nextInt(records.size())).deepCopy();
    for (int changes = random.nextInt(3); changes > 0; changes--) {
      changeStructure(record);
    }
    byte[] bytes = record.toString().getBytes(UTF_8);
    if (random.nextInt(3) == 0) {
      for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
        bytes = changeBytes(bytes);
      }
    }
    return bytes;
  }

  private void changeStructure(JsonNode record) {
    List<ContainerNode<?>> containers = new ArrayList<>();
    collect(record, containers);
    ContainerNode<?> container = containers.get(random.nextInt(containers.size()));
    // The root is as likely as all others together, for it has most of the fields.
    if (random.nextBoolean()) {
      container = containers.get(0);
    }
    if (container instanceof ArrayNode array) {
      changeArray(array);
    } else {
      changeObject((ObjectNode) container);
    }
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> containers) {
    if (node instanceof ContainerNode<?> container) {
      containers.add(container);
      node.forEach(child -> collect(child, containers));
    }
  }

  private void changeObject(ObjectNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    if (keys.isEmpty()) {
      object.putRawValue("new", raw(value()));
      return;
    }
    String key = keys.get(random.nextInt(keys.size()));
    String old = object.get(key).toString();
    switch (random.nextInt(12)) {
      case 0 -> object.remove(key);
      case 1 -> object.putRawValue(key, raw(old + ",\"" + key + "\":" + either(old, value())));
      case 2 -> object.putRawValue(key, raw(deep(old)));
      case 3 -> object.putRawValue("new " + key, raw(value()));
      case 4 -> object.putRawValue(key, raw(" \n" + old + "\t\r"));
      default -> object.putRawValue(key, raw(value()));
    }
  }

  private void changeArray(ArrayNode array) {
    if (array.isEmpty() || random.nextInt(4) == 0) {
      array.addRawValue(raw(value()));
      return;
    }
    int i = random.nextInt(array.size());
    String old = array.get(i).toString();
    switch (random.nextInt(4)) {
      case 0 -> array.remove(i);
      case 1 -> array.insert(i, array.get(i).deepCopy());
      case 2 -> array.setRawValue(i, raw(deep(old)));
      default -> array.setRawValue(i, raw(value()));
    }
  }

  private String deep(String json) {
    int levels = random.nextInt(50) == 0 ? 985 + random.nextInt(30) : 1 + random.nextInt(3);
    return random.nextBoolean()
        ? "[".repeat(levels) + json + "]".repeat(levels)
        : "{\"d\":".repeat(levels) + json + "}".repeat(levels);
  }

  private String either(String a, String b) {
    return random.nextBoolean() ? a : b;
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static RawValue raw(String json) {
    return new RawValue(json);
  }

  private byte[] changeBytes(byte[] bytes) {
    if (bytes.length < 2) {
      return bytes;
    }
    int a = random.nextInt(bytes.length);
    int b = Math.min(bytes.length, a + 1 + random.nextInt(random.nextBoolean() ? 4 : bytes.length));
    byte[] head = Arrays.copyOf(bytes, a);
    byte[] piece = Arrays.copyOfRange(bytes, a, b);
    byte[] tail = Arrays.copyOfRange(bytes, b, bytes.length);
    return switch (random.nextInt(8)) {
      case 0 -> join(head, flipped(piece), tail);
      case 1 -> join(head, tail);
      case 2 -> join(head, new byte[] {(byte) random.nextInt(256)}, piece, tail);
      case 3 -> join(head, piece, piece, tail);
      case 4 -> head;
      case 5 -> join(tail, piece, head);
      case 6 -> join(head, one(LIKELY), piece, tail);
      default -> random.nextBoolean() ? join(one(AROUND), bytes) : join(bytes, one(AROUND));
    };
  }

  private byte[] flipped(byte[] piece) {
    byte[] flipped = piece.clone();
    flipped[0] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private byte[] one(List<String> texts) {
    return texts.get(random.nextInt(texts.size())).getBytes(UTF_8);
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
