package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.ConfigLoader;
import io.github.millrace.config.Secrets;
import io.github.millrace.testkit.ConfigFiles;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The configurations that ship with the job. */
class ConfigFilesTest {
  private static final ConfigFiles<FlattenConfig> FILES =
      ConfigFiles.of(
          (yaml, overrides, problems) ->
              new ConfigLoader(Map.of(), new Configuration(), problems)
                  .load(FlattenConfig.class, "test", yaml, overrides)
                  .orElseThrow(),
          Secrets::yaml);

  @Test
  void minimalIsEnough() throws Exception {
    FlattenConfig config = FILES.load("minimal.yaml");
    assertThat(config.stream().trigger().bounded()).isTrue();
    assertThat(config.input().maxFilesPerBatch()).isEqualTo(10_000);
  }

  @Test
  void referenceHasEveryKeyWithItsDefault() throws Exception {
    FILES.assertReferenceIsComplete("output.hive=hive", "output.cassandra=cassandra");
  }

  @Test
  void theReadmeHasEveryKeyWithItsDefault() throws Exception {
    FILES.assertTableIsComplete(Path.of("README.md"));
  }
}
