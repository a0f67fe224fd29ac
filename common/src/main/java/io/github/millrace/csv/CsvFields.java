package io.github.millrace.csv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of one CSV record (RFC 4180), found in a single pass. A quote counts at a field's
 * begin only; inside of a field that has none there it is a character like others, which is what
 * senders mean by it. One is reused for all records of a task.
 */
public final class CsvFields {
  private final byte delimiter;
  private final byte quote;
  private final boolean quotes;

  private byte[][] bytes = new byte[16][];
  private int[] from = new int[16];
  private int[] to = new int[16];
  private boolean[] quoted = new boolean[16];
  private int count;
  private String fault;

  /** Of records in a dialect. */
  public CsvFields(CsvDialect dialect) {
    delimiter = (byte) dialect.delimiter();
    quote = (byte) dialect.quote();
    quotes = dialect.quotes();
  }

  /** Where a record ends without its line break, of which some senders make {@code \\r\\r\\n}. */
  public static int end(byte[] record, int from, int to) {
    int end = to > from && record[to - 1] == '\n' ? to - 1 : to;
    while (end > from && record[end - 1] == '\r') {
      end--;
    }
    return end;
  }

  /**
   * Splits a record.
   *
   * @param record where it is, without the line break at its end
   * @return what is wrong with its syntax, or null
   */
  public String split(byte[] record, int start, int end) {
    count = 0;
    fault = null;
    int i = start;
    while (fault == null) {
      i = quotes && i < end && record[i] == quote ? quoted(record, i, end) : plain(record, i, end);
      if (i == end) {
        return fault;
      }
      i++;
    }
    return fault;
  }

  /** A field without quotes; gives where its delimiter stands, or the end. */
  private int plain(byte[] record, int start, int end) {
    int i = start;
    for (; i < end && record[i] != delimiter; i++) {
      if (record[i] == '\n') {
        fault = "a line break out of quotes in field " + (count + 1);
      }
    }
    add(record, start, i, false);
    return i;
  }

  /** A field in quotes; gives where its delimiter stands, or the end. */
  private int quoted(byte[] record, int start, int end) {
    boolean doubled = false;
    int i = start + 1;
    while (true) {
      while (i < end && record[i] != quote) {
        i++;
      }
      if (i == end) {
        fault = "the quote that opens field " + (count + 1) + " is not closed";
        return end;
      }
      if (i + 1 < end && record[i + 1] == quote) {
        doubled = true;
        i += 2;
      } else {
        break;
      }
    }
    if (doubled) {
      byte[] single = singled(record, start + 1, i);
      add(single, 0, single.length, true);
    } else {
      add(record, start + 1, i, true);
    }
    if (i + 1 < end && record[i + 1] != delimiter) {
      fault =
          "text after the closing quote of field "
              + count
              + "; a quote inside of quotes is to be doubled";
    }
    return i + 1;
  }

  private byte[] singled(byte[] record, int start, int end) {
    byte[] single = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      single[length++] = record[i];
      if (record[i] == quote) {
        i++;
      }
    }
    return Arrays.copyOf(single, length);
  }

  private void add(byte[] source, int start, int end, boolean inQuotes) {
    if (count == from.length) {
      bytes = Arrays.copyOf(bytes, 2 * count);
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      quoted = Arrays.copyOf(quoted, 2 * count);
    }
    bytes[count] = source;
    from[count] = start;
    to[count] = end;
    quoted[count++] = inQuotes;
  }

  public int count() {
    return count;
  }

  /** Whether a field says nothing; in quotes it says that it is empty. */
  public boolean isMissing(int field) {
    return from[field] == to[field] && !quoted[field];
  }

  /** Where a field's text is, without quotes. */
  public byte[] bytes(int field) {
    return bytes[field];
  }

  public int from(int field) {
    return from[field];
  }

  public int to(int field) {
    return to[field];
  }

  /** A field's text. */
  public String text(int field) {
    return new String(bytes[field], from[field], to[field] - from[field], StandardCharsets.UTF_8);
  }
}
