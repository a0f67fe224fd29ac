package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KNOWN =
      List.of("checkpoint", "trigger", "path", "maxRecordBytes", "maxFilesPerBatch");

  @ParameterizedTest
  @CsvSource({
    "chekpoint, checkpoint",
    "CHECKPOINT, checkpoint",
    "tirgger, trigger",
    "paht, path",
    "paths, path",
    "max_record_bytes, maxRecordBytes",
    "maxRecordByte, maxRecordBytes",
    "maxFilesPerBach, maxFilesPerBatch",
  })
  void findsWhatWasMeant(String word, String meant) {
    assertThat(Nearest.hint(word, KNOWN)).isEqualTo(", did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @CsvSource({"colour", "x", "pa", "maximum"})
  void listsWhatIsKnownWhereNothingIsNear(String word) {
    assertThat(Nearest.hint(word, KNOWN))
        .isEqualTo("; known here: checkpoint, trigger, path, maxRecordBytes, maxFilesPerBatch");
  }

  @Test
  void takesTheNearestOfSeveral() {
    assertThat(Nearest.hint("inputs", List.of("outputs", "input", "inputsX"))).contains("'input'");
    assertThat(Nearest.hint("output", List.of("input", "outputs"))).contains("'outputs'");
  }
}
