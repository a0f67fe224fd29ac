package io.github.millrace.contract;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How senders spell a value, beyond what its type says. It is cleaned in this order: trimmed,
 * stripped, compared with the words for nothing.
 *
 * @param nullValues texts that stand for null, such as {@code N/A}
 * @param lenient whether white space around a text is taken off, and a JSON string that holds a
 *     value of the type is one
 * @param strip what is cut off wherever it matches, or null
 */
record Spelling(List<String> nullValues, boolean lenient, Pattern strip) implements Serializable {
  static final Spelling PLAIN = new Spelling(List.of(), false, null);

  Spelling {
    nullValues = List.copyOf(nullValues);
  }

  /**
   * Trims and strips a text.
   *
   * @return whether it could; else it is too long for the expression
   */
  boolean clean(TextValue text) {
    if (lenient) {
      text.trim();
    }
    if (strip == null) {
      return true;
    }
    String whole = text.toString();
    try {
      String rest = strip.matcher(whole).replaceAll("");
      if (rest.length() < whole.length()) {
        text.set(rest);
      }
      return true;
    } catch (StackOverflowError e) {
      return false; // java.util.regex recurses once for each repetition of a group such as (a|b)*
    }
  }
}
