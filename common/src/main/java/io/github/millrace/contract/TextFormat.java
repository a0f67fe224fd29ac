package io.github.millrace.contract;

import java.util.Locale;
import java.util.regex.Pattern;

/** The named formats of text that a contract can ask for ({@code logicalTypeOptions.format}). */
enum TextFormat {
  EMAIL("[^@\\s]+@[^@\\s]+\\.[^@\\s]+"),
  HOSTNAME(
      "(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"),
  IPV4("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}"),
  URI("[A-Za-z][A-Za-z0-9+.-]*:\\S+"),
  UUID("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final Pattern pattern;

  TextFormat(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  boolean matches(String text) {
    return pattern.matcher(text).matches();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
