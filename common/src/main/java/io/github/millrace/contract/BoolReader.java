package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Reads true or false, or the words that stand for them, whatever their case. */
final class BoolReader implements ValueReader {
  private static final List<String> TRUE = List.of("true");
  private static final List<String> FALSE = List.of("false");

  private final List<String> trueValues;
  private final List<String> falseValues;
  private final boolean hasWords;

  BoolReader(FieldType.Bool type) {
    hasWords = !(type.trueValues().isEmpty() && type.falseValues().isEmpty());
    trueValues = hasWords ? type.trueValues() : TRUE;
    falseValues = hasWords ? type.falseValues() : FALSE;
  }

  @Override
  public Boolean read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken().isBoolean()) {
      return parser.getBooleanValue();
    }
    boolean isWord = hasWords && parser.currentToken().isScalarValue();
    Boolean value = isWord ? value(parser.getText()) : null;
    if (value == null) {
      WrongType.of(parser, verdict, expected());
    }
    return value;
  }

  @Override
  public Boolean readText(TextValue text, Verdict verdict) {
    Boolean value = value(text.toString());
    if (value == null) {
      WrongType.of(text, verdict, expected());
    }
    return value;
  }

  @Override
  public boolean takesStrings() {
    return hasWords;
  }

  @Override
  public ColumnReader column(DataType type) {
    if (DataTypes.BooleanType.equals(type)) {
      return (row, i, verdict) -> row.getBoolean(i);
    }
    return hasWords ? Integrals.column(type, this::readNumber) : null;
  }

  private Boolean readNumber(long number, Verdict verdict) {
    Boolean value = value(Long.toString(number));
    if (value == null) {
      WrongType.of(Long.toString(number), verdict, expected());
    }
    return value;
  }

  private Boolean value(String text) {
    if (trueValues.stream().anyMatch(text::equalsIgnoreCase)) {
      return true;
    }
    return falseValues.stream().anyMatch(text::equalsIgnoreCase) ? false : null;
  }

  private String expected() {
    return hasWords
        ? "%s or %s".formatted(String.join(", ", trueValues), String.join(", ", falseValues))
        : "true or false";
  }
}
