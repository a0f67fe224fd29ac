package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineTest {

  @Test
  void controlCharactersAndLineBreaksAreEscaped() {
    assertThat(OneLine.of("a\r\n\tb\0\u007f\u0085\u2028\u2029c"))
        .isEqualTo("a\\r\\n\\tb\\u0000\\u007f\\u0085\\u2028\\u2029c");
    assertThat(OneLine.of("Zürich 東京 😀 \\n")).isEqualTo("Zürich 東京 😀 \\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`) | Number value length (1001) exceeds the maximum allowed (1000)
          Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow | Non-standard token 'NaN'
          Illegal character (code 30) (consider enabling `JsonReadFeature.ALLOW_RS_CONTROL_CHAR` to allow use of Record Separators) | Illegal character (code 30)
          a comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser) | a comment?
          Unexpected close marker ']': expected '}' (for Object starting at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]) | Unexpected close marker ']': expected '}'
          Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"; line: 1, column: 1]) | Unexpected end-of-input: expected close marker for Object
          Duplicate field 'a' for `ObjectNode`: not allowed when `DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY` enabled | Duplicate field 'a'
          Unrecognized token 'enable': was expecting (JSON String, Number, Array, Object or token 'null') | Unrecognized token 'enable': was expecting (JSON String, Number, Array, Object or token 'null')
          """)
  void aParsersMessageHasNoHintsForProgrammers(String message, String plain) {
    assertThat(OneLine.of(new JsonParseException(null, message))).isEqualTo(plain);
  }

  @Test
  void aParsersMessageIsShortAndWithoutWhatItQuotes() {
    assertThat(OneLine.of(new JsonParseException(null, "while parsing\n in 'x', line 1\nfailed")))
        .isEqualTo("while parsing, failed");
    assertThat(OneLine.of(new JsonParseException(null, "x".repeat(1_000)))).hasSize(201);
  }

  @Test
  void ofAnExceptionsMessageTheFirstLineIsTaken() {
    assertThat(OneLine.first(new IOException("Permission denied\n\tat org.apache.X")))
        .isEqualTo("Permission denied");
    assertThat(OneLine.first(new IOException())).isEqualTo("null");
  }
}
