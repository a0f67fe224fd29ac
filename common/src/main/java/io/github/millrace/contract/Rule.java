package io.github.millrace.contract;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * A row rule: a Spark SQL expression over the record's columns. As with SQL's CHECK, a row violates
 * it where it is false; unknown (null) passes.
 *
 * @param variant whose columns it is about; null where the record has no variants
 */
public record Rule(String name, String expression, String variant) implements Serializable {

  /** Whether the column may occur in the expression; its name standing in a literal counts too. */
  boolean mentions(String column) {
    return Pattern.compile("\\b" + Pattern.quote(column) + "\\b", Pattern.CASE_INSENSITIVE)
        .matcher(expression)
        .find();
  }
}
