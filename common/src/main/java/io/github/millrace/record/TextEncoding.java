package io.github.millrace.record;

/**
 * Tells by its first bytes what a text is that is not plain UTF-8. Right for texts that begin in
 * ASCII, as all JSON does.
 */
public final class TextEncoding {
  /** As many first bytes as are looked at. */
  public static final int HEAD = 8;

  /** As many bytes as the mark of UTF-8 has. */
  public static final int MARK = 3;

  private static final int PREFIX = 5;

  private TextEncoding() {}

  /** Whether a text begins with the mark that some programs put before UTF-8: three bytes. */
  public static boolean isMarked(byte[] bytes, int from, int to) {
    return to - from >= MARK
        && bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF;
  }

  /**
   * What is wrong with a text by its first bytes.
   *
   * @return a reason's detail, or null if it may be UTF-8
   */
  public static String fault(byte[] bytes, int from, int to) {
    if (from == to || (bytes[from] > 3 && (from + 1 == to || bytes[from + 1] != 0))) {
      return null;
    }
    String wide = wide(bytes, from, to);
    if (wide != null) {
      return "looks like " + wide + ", must be UTF-8";
    }
    if (bytes[from] == 0) {
      long id = to - from < PREFIX ? 0 : schemaId(bytes, from);
      if (isZero(bytes, from, Math.min(to, from + HEAD))) {
        return "begins with zero bytes, such as a crash or a full disk leaves; take them out";
      }
      return id == 0
          ? "begins with a zero byte, must be UTF-8"
          : "begins with a schema registry's five-byte prefix (schema id %d); send plain JSON, or take the prefix off"
              .formatted(id);
    }
    boolean glue = bytes[from] == 3 && to - from > 18 && (bytes[from + 1] & ~PREFIX) == 0;
    return glue
        ? "begins with the 18-byte prefix of the AWS Glue schema registry; send plain JSON, or take the prefix off"
        : null;
  }

  /**
   * The encoding of two or four bytes a character that a text seems to have.
   *
   * @return {@code UTF-16}, {@code UTF-32} or null
   */
  public static String wide(byte[] bytes, int from, int to) {
    int a = at(bytes, from, to);
    int b = at(bytes, from + 1, to);
    int c = at(bytes, from + 2, to);
    int d = at(bytes, from + 3, to);
    if (a == 0xFF && b == 0xFE) {
      return c == 0 && d == 0 ? "UTF-32" : "UTF-16";
    }
    if (a == 0xFE && b == 0xFF) {
      return "UTF-16";
    }
    if (a == 0 && b == 0) {
      boolean mark = c == 0xFE && d == 0xFF;
      boolean next =
          at(bytes, from + 4, to) == 0
              && at(bytes, from + 5, to) == 0
              && at(bytes, from + 6, to) == 0
              && isAscii(at(bytes, from + 7, to));
      return mark || (c == 0 && isAscii(d) && next) ? "UTF-32" : null;
    }
    if (a == 0 && isAscii(b)) {
      // Else the second character is no ASCII, or these are the bytes of a large schema id.
      int payload = at(bytes, from + PREFIX, to);
      return c <= 0 || (payload != '{' && payload != '[') ? "UTF-16" : null;
    }
    if (isAscii(a) && b == 0) {
      return c == 0 && d == 0 ? "UTF-32" : "UTF-16";
    }
    return null;
  }

  /** Whether bytes may be text of some encoding: there are no control characters among them. */
  public static boolean isPlain(byte[] bytes) {
    for (byte b : bytes) {
      if (b >= 0 && !isAscii(b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static long schemaId(byte[] bytes, int from) {
    long id = 0;
    for (int i = from + 1; i < from + PREFIX; i++) {
      id = id << 8 | (bytes[i] & 0xFF);
    }
    return id;
  }

  /** The byte, or -1 behind the end. */
  private static int at(byte[] bytes, int i, int to) {
    return i < to ? bytes[i] & 0xFF : -1;
  }

  /** Whether it is a character that a text has, in ASCII. */
  private static boolean isAscii(int c) {
    return (c >= ' ' && c < 0x7F) || c == '\t' || c == '\n' || c == '\r';
  }
}
