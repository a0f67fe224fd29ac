package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads a data set as a strict consumer of the line items would, knowing nothing of how it was
 * made, and tells what became of each record: what it does not need it does not judge, and an
 * amount may be any number. It never says that a record is a duplicate.
 */
final class StrictReader {
  private static final int MOST_RECORD_BYTES = 16 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private enum Kind {
    TEXT,
    COUNT,
    TIME,
    AMOUNT,
    ITEMS
  }

  private static final Map<String, Kind> INVOICE_FIELDS =
      Map.ofEntries(
          Map.entry("InvoiceNumber", Kind.TEXT),
          Map.entry("CreatedTime", Kind.TIME),
          Map.entry("StoreID", Kind.TEXT),
          Map.entry("PosID", Kind.TEXT),
          Map.entry("CustomerType", Kind.TEXT),
          Map.entry("PaymentMethod", Kind.TEXT),
          Map.entry("DeliveryType", Kind.TEXT),
          Map.entry("InvoiceLineItems", Kind.ITEMS));

  private static final Map<String, Kind> ITEM_FIELDS =
      Map.of(
          "ItemCode", Kind.TEXT,
          "ItemDescription", Kind.TEXT,
          "ItemPrice", Kind.AMOUNT,
          "ItemQty", Kind.COUNT,
          "TotalValue", Kind.AMOUNT);

  private final Shape shape;

  StrictReader(Shape shape) {
    this.shape = shape;
  }

  /** Returns the records of all visible files, ordered by file name. */
  List<InvoiceTruth.Entry> read(Path directory) throws IOException {
    List<InvoiceTruth.Entry> records = new ArrayList<>();
    for (Path file : visibleFiles(directory)) {
      String name = file.getFileName().toString();
      List<byte[]> pieces;
      try {
        pieces = recordsOf(file);
      } catch (BadFileException e) {
        records.add(entry(name, OptionalLong.empty(), Optional.empty(), 0, Optional.of(e.reason)));
        continue;
      }
      for (int ordinal = 0; ordinal < pieces.size(); ordinal++) {
        records.add(judge(name, ordinal, pieces.get(ordinal)));
      }
    }
    return records;
  }

  static List<Path> visibleFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> !file.getFileName().toString().matches("[._].*"))
          .sorted()
          .toList();
    }
  }

  /** Returns the bytes of each record of a file. */
  List<byte[]> recordsOf(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    if (file.toString().endsWith(".gz")) {
      try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(content))) {
        content = zip.readAllBytes();
      } catch (EOFException e) {
        throw new BadFileException(Reason.UNREADABLE);
      }
    }
    if (content.length == 0) {
      throw new BadFileException(Reason.EMPTY_FILE);
    }
    if (startsWith(content, 0xFF, 0xFE)) {
      throw new BadFileException(Reason.ENCODING);
    }
    int start = startsWith(content, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    byte[] text = Arrays.copyOfRange(content, start, content.length);
    return switch (shape) {
      case LINES -> lines(text);
      case DOCUMENT -> List.of(text);
      case ARRAY -> elements(text);
    };
  }

  /** Returns why a record is bad; empty if it is good. */
  static Optional<Reason> reason(byte[] record) throws IOException {
    if (record.length > MOST_RECORD_BYTES) {
      return Optional.of(Reason.TOO_LARGE);
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(record)).toString();
    } catch (CharacterCodingException e) {
      return Optional.of(Reason.ENCODING);
    }
    if (text.isBlank()) {
      return Optional.of(Reason.BLANK);
    }
    try {
      return violation(MAPPER.readTree(text), INVOICE_FIELDS);
    } catch (StreamConstraintsException e) {
      return Optional.of(Reason.TOO_DEEP);
    } catch (JsonParseException e) {
      // Also behind a decimal point, where the parser complains of the number and not of the end.
      if (e.getLocation().getCharOffset() >= text.stripTrailing().length() - 1) {
        return Optional.of(Reason.TRUNCATED);
      }
      if (e.getMessage().startsWith("Duplicate field")) {
        return Optional.of(Reason.DUPLICATE_KEY);
      }
      throw e;
    }
  }

  private static InvoiceTruth.Entry judge(String file, int ordinal, byte[] record)
      throws IOException {
    Optional<Reason> reason = reason(record);
    OptionalLong place = OptionalLong.of(ordinal);
    if (reason.isPresent()) {
      return entry(file, place, Optional.empty(), 0, reason);
    }
    JsonNode invoice = MAPPER.readTree(record);
    Optional<String> id = Optional.of(invoice.get("InvoiceNumber").textValue());
    return entry(file, place, id, invoice.get("InvoiceLineItems").size(), reason);
  }

  private static InvoiceTruth.Entry entry(
      String file, OptionalLong ordinal, Optional<String> id, int items, Optional<Reason> reason) {
    return new InvoiceTruth.Entry(file, ordinal, id, items, reason, false);
  }

  private static List<byte[]> lines(byte[] content) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        lines.add(Arrays.copyOfRange(content, start, i));
        start = i + 1;
      }
    }
    if (start != content.length) {
      throw new AssertionError("The last line has no end");
    }
    return lines;
  }

  private static List<byte[]> elements(byte[] content) throws IOException {
    List<byte[]> elements = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(content)) {
      json.nextToken();
      int start = 0;
      try {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          start = (int) json.currentTokenLocation().getByteOffset();
          json.skipChildren();
          int end = (int) json.currentLocation().getByteOffset();
          elements.add(Arrays.copyOfRange(content, start, end));
        }
      } catch (JsonProcessingException e) {
        elements.add(Arrays.copyOfRange(content, start, content.length));
      }
    }
    return elements;
  }

  private static Optional<Reason> violation(JsonNode object, Map<String, Kind> fields) {
    for (Map.Entry<String, Kind> field : fields.entrySet()) {
      JsonNode value = object.path(field.getKey());
      Optional<Reason> violation =
          value.isMissingNode() || value.isNull()
              ? Optional.of(Reason.REQUIRED)
              : violation(value, field.getValue());
      if (violation.isPresent()) {
        return violation;
      }
    }
    return Optional.empty();
  }

  private static Optional<Reason> violation(JsonNode value, Kind kind) {
    return switch (kind) {
      case TEXT -> unless(value.isTextual(), Reason.TYPE);
      case COUNT ->
          value.isIntegralNumber()
              ? unless(value.longValue() > 0, Reason.RANGE)
              : Optional.of(Reason.TYPE);
      case TIME ->
          value.isIntegralNumber()
              ? unless(value.longValue() >= 0, Reason.RANGE)
              : Optional.of(Reason.TYPE);
      case AMOUNT -> unless(value.isNumber(), Reason.TYPE);
      case ITEMS -> itemsViolation(value);
    };
  }

  private static Optional<Reason> itemsViolation(JsonNode items) {
    if (!items.isArray()) {
      return Optional.of(Reason.TYPE);
    }
    if (items.isEmpty()) {
      return Optional.of(Reason.ITEMS);
    }
    for (JsonNode item : items) {
      Optional<Reason> violation = violation(item, ITEM_FIELDS);
      if (violation.isPresent()) {
        return violation;
      }
    }
    return Optional.empty();
  }

  private static Optional<Reason> unless(boolean holds, Reason reason) {
    return holds ? Optional.empty() : Optional.of(reason);
  }

  private static boolean startsWith(byte[] content, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (content.length <= i || (content[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** A file of which no record can be told. */
  static final class BadFileException extends IOException {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    BadFileException(Reason reason) {
      super(reason.label());
      this.reason = reason;
    }
  }
}
