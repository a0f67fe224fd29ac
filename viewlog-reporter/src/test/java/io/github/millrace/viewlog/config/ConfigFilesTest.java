package io.github.millrace.viewlog.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.ConfigLoader;
import io.github.millrace.config.Secrets;
import io.github.millrace.testkit.ConfigFiles;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The configurations that ship with the job. */
public class ConfigFilesTest {
  public static final ConfigFiles<ReportConfig> FILES =
      ConfigFiles.of(
          (yaml, overrides, problems) ->
              new ConfigLoader(Map.of(), new Configuration(), problems)
                  .load(ReportConfig.class, "test", yaml, overrides)
                  .orElseThrow(),
          Secrets::yaml);

  @Test
  void minimalIsEnough() throws Exception {
    ReportConfig config = FILES.load("minimal.yaml");
    assertThat(config.stream().trigger().bounded()).isTrue();
    assertThat(config.kafka().topic()).isEqualTo("view_log");
  }

  @Test
  void referenceHasEveryKeyWithItsDefault() throws Exception {
    FILES.assertReferenceIsComplete();
  }
}
