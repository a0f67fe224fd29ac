package io.github.millrace.contract;

/**
 * A number as text: JSON's, and what Java and SQL take too: {@code +5}, {@code .5}, {@code 007}.
 */
final class NumberText {
  /** As Jackson has it for numbers of JSON: more digits only take time. */
  private static final int MOST_CHARACTERS = 1_000;

  private NumberText() {}

  /** Whether the text is a decimal number, without white space; {@code NaN} is none. */
  static boolean isNumber(TextValue text) {
    byte[] bytes = text.bytes();
    int to = text.to();
    if (to - text.from() > MOST_CHARACTERS) {
      return false;
    }
    int i = afterSign(bytes, text.from(), to);
    int whole = afterDigits(bytes, i, to);
    int digits = whole - i;
    if (whole < to && bytes[whole] == '.') {
      int fraction = afterDigits(bytes, whole + 1, to);
      digits += fraction - whole - 1;
      whole = fraction;
    }
    if (digits == 0) {
      return false;
    }
    if (whole < to && (bytes[whole] == 'e' || bytes[whole] == 'E')) {
      int first = afterSign(bytes, whole + 1, to);
      whole = afterDigits(bytes, first, to);
      return whole == to && whole > first;
    }
    return whole == to;
  }

  private static int afterSign(byte[] bytes, int i, int to) {
    return i < to && (bytes[i] == '-' || bytes[i] == '+') ? i + 1 : i;
  }

  private static int afterDigits(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }
}
