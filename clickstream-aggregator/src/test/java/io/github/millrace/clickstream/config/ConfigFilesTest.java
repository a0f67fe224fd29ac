package io.github.millrace.clickstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.ConfigLoader;
import io.github.millrace.config.Secrets;
import io.github.millrace.publish.Format;
import io.github.millrace.testkit.ConfigFiles;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The configurations that ship with the job. */
public class ConfigFilesTest {
  public static final ConfigFiles<ClickstreamConfig> FILES =
      ConfigFiles.of(
          (yaml, overrides, problems) ->
              new ConfigLoader(Map.of(), new Configuration(), problems)
                  .load(ClickstreamConfig.class, "test", yaml, overrides)
                  .orElseThrow(),
          Secrets::yaml);

  @Test
  void minimalIsEnough() throws Exception {
    ClickstreamConfig config = FILES.load("minimal.yaml");
    assertThat(config.zone()).isEqualTo("UTC");
    Feed feed = config.feeds().get("cab-clicks");
    assertThat(feed.trigger().bounded()).isTrue();
    assertThat(feed.format()).isEqualTo(Format.PARQUET);
  }

  @Test
  void referenceHasEveryKeyWithItsDefault() throws Exception {
    FILES.assertReferenceIsComplete();
  }

  @Test
  void threeFeedsAreReadyToRun() throws Exception {
    ClickstreamConfig config = FILES.load("feeds.yaml");
    assertThat(config.feeds()).containsOnlyKeys("sales-clicks", "cab-clicks", "app-logs");
    assertThat(config.feeds().get("sales-clicks").columns().keySet())
        .containsExactly("datetime", "clicks", "impressions", "quantity", "total_price");
  }
}
