package io.github.millrace.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeGuessTest {
  private static final String LARGE = "\"" + "x".repeat(1 << 17) + "\"";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1}\\n{\"a\":2}\\n          | lines",
        "{\"a\":1}\\r\\n{\"a\":2           | lines",
        "  \\n{\"a\":\"}\"}\\n\\n{\"a\":2} | lines",
        "{\"a\":1}                         | lines document",
        "{\"a\":1}\\n                      | lines document",
        "{\\n  \"a\": 1\\n}\\n             | document",
        "{\"a\": {\\n\"b\": [1]}}          | document",
        "[{\"a\":1}]                       | array",
        "\\n [\\n{\"a\":1},\\n{\"a\":2}]   | array",
        "[                                 | array",
        "{\\n\"a\":1\\n}\\n{\\n\"a\":2\\n} | ``",
        "{\"a\":1}{\"a\":2}                | ``",
        "{\"a\":1                          | ``",
        "{\"a\" 1}\\n{\"a\":2}             | ``",
        "a,b\\n1,2                         | csv csv-lines",
        "a b\\n1,2                         | ``",
        "\"text\"                          | ``",
        "`   `                             | ``",
      })
  void tellsShapes(String text, String shapes) throws IOException {
    assertThat(guess(text.replace("\\n", "\n").replace("\\r", "\r"))).isEqualTo(set(shapes));
    assertThat(guess("\uFEFF" + text.replace("\\n", "\n").replace("\\r", "\r")))
        .isEqualTo(set(shapes));
  }

  @Test
  void aRecordMayBeLongerThanWhatIsRead() throws IOException {
    assertThat(guess("{\"a\":" + LARGE + "}\n{}")).isEqualTo(set("lines document"));
    assertThat(guess("{\n\"a\":" + LARGE + "}")).isEqualTo(set("document"));
    assertThat(guess("[{\"a\":" + LARGE + "}")).isEqualTo(set("array"));
  }

  private static Set<Shape> guess(String text) throws IOException {
    return ShapeGuess.of(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static Set<Shape> set(String shapes) {
    return Arrays.stream(Shape.values())
        .filter(shape -> List.of(shapes.split(" ", -1)).contains(shape.toString()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Shape.class)));
  }
}
