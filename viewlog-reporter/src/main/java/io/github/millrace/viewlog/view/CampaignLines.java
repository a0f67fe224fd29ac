package io.github.millrace.viewlog.view;

import io.github.millrace.record.TextEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads the lines of a campaign file. A row is one line, so that a quote which is not closed spoils
 * its own line and cannot swallow those that follow.
 */
final class CampaignLines {
  private static final List<String> HEADER = List.of("network_id", "campaign_id", "campaign_name");
  private static final CSVFormat CSV =
      CSVFormat.RFC4180.builder().setIgnoreSurroundingSpaces(true).get();
  private static final CSVFormat UNCLOSED = CSV.builder().setLenientEof(true).get();

  /** In the form in which the file's bytes are split into lines. */
  private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

  private static final byte[] GZIP = {0x1F, (byte) 0x8B};
  private static final int MOST_PROBLEMS = 20;
  private static final int MOST_SHOWN = 40;

  /** Where a campaign stands. */
  private record Place(int network, long line) {}

  /** Tells a line that is malformed. */
  private static final class Malformed extends Exception {
    Malformed(String message) {
      super(message);
    }
  }

  private final Map<Integer, Place> campaigns = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long line;
  private boolean inRows;
  private boolean isOther;

  private CampaignLines() {}

  /**
   * Reads a file's bytes.
   *
   * @param problems receives a message for each line that is wrong, with its number; of very many,
   *     the first ones; one message if the file is no such CSV at all
   * @return network by campaign
   */
  static Map<Integer, Integer> read(byte[] file, List<String> problems) {
    String other = otherFormat(file);
    if (other != null) {
      problems.add(other);
      return Map.of();
    }
    CampaignLines lines = new CampaignLines();
    // By this charset a byte is a character, and line breaks in UTF-8 are no part of others.
    String bytes = new String(file, StandardCharsets.ISO_8859_1);
    bytes = bytes.startsWith(BYTE_ORDER_MARK) ? bytes.substring(3) : bytes;
    bytes.lines().forEach(lines::add);
    lines.end();
    int shown = Math.min(lines.problems.size(), MOST_PROBLEMS);
    problems.addAll(lines.problems.subList(0, shown));
    if (shown < lines.problems.size()) {
      problems.add("and %,d lines more".formatted(lines.problems.size() - shown));
    }
    Map<Integer, Integer> networks = new HashMap<>();
    lines.campaigns.forEach((campaign, place) -> networks.put(campaign, place.network()));
    return Map.copyOf(networks);
  }

  private static String otherFormat(byte[] file) {
    String wide = TextEncoding.wide(file, 0, file.length);
    if (wide != null) {
      return "looks like " + wide + "; save it as CSV in UTF-8";
    }
    return Arrays.mismatch(file, GZIP) == GZIP.length ? "looks like gzip; unpack it" : null;
  }

  private void add(String bytes) {
    line++;
    if (isOther) {
      return;
    }
    try {
      String text = utf8(bytes);
      List<String> fields = fields(text);
      if (fields.stream().allMatch(String::isBlank)) {
        // So spreadsheets write empty rows.
        return;
      }
      if (inRows) {
        row(fields);
      } else {
        inRows = true;
        header(fields);
      }
    } catch (Malformed e) {
      problems.add("line " + line + ": " + e.getMessage());
    }
  }

  private void end() {
    if (!inRows && problems.isEmpty()) {
      problems.add("is empty, must begin with " + String.join(",", HEADER));
    } else if (campaigns.isEmpty() && problems.isEmpty()) {
      problems.add("has no campaign after its header");
    }
  }

  private static String utf8(String bytes) throws Malformed {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("is not UTF-8; save the file in this encoding");
    }
  }

  private static List<String> fields(String text) throws Malformed {
    try {
      return parse(text, CSV);
    } catch (IOException e) {
      throw new Malformed(unclosed(text));
    }
  }

  private static String unclosed(String text) {
    try {
      int fields = parse(text, UNCLOSED).size();
      return "%s goes over the end of the line; is its quote closed?"
          .formatted(fields > HEADER.size() ? "field " + fields : HEADER.get(fields - 1));
    } catch (IOException e) {
      return "has text after a closing quote; write a quote within quotes twice";
    }
  }

  private static List<String> parse(String text, CSVFormat format) throws IOException {
    try (CSVParser parser = CSVParser.parse(text, format)) {
      return parser.stream().flatMap(CSVRecord::stream).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The rows after another header are reported no more, for they would all be wrong by it. */
  private void header(List<String> fields) throws Malformed {
    if (!fields.equals(HEADER)) {
      isOther = true;
      throw new Malformed(
          "the header is '%s', must be '%s'"
              .formatted(shown(String.join(",", fields)), String.join(",", HEADER)));
    }
  }

  private void row(List<String> fields) throws Malformed {
    if (fields.size() != HEADER.size()) {
      throw new Malformed("has " + fields.size() + " fields, must have " + HEADER.size());
    }
    Place place = new Place(number(0, fields), line);
    int campaign = number(1, fields);
    Place other = campaigns.putIfAbsent(campaign, place);
    if (other != null) {
      throw new Malformed(
          other.network() == place.network()
              ? "campaign %d stands in line %d already".formatted(campaign, other.line())
              : "campaign %d is in network %d, but in network %d in line %d"
                  .formatted(campaign, place.network(), other.network(), other.line()));
    }
  }

  private static int number(int field, List<String> fields) throws Malformed {
    try {
      int number = Integer.parseInt(fields.get(field));
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new Malformed(
        "%s is '%s', must be a whole number from 0 to %d"
            .formatted(HEADER.get(field), shown(fields.get(field)), Integer.MAX_VALUE));
  }

  /** A text of the file as a message may show it, whatever it is. */
  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= MOST_SHOWN ? plain : plain.substring(0, MOST_SHOWN) + "…";
  }
}
