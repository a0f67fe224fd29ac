package io.github.millrace.viewlog.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.millrace.config.ConfigLoader;
import io.github.millrace.config.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The configurations that ship with the job. */
public class ConfigFilesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void minimalIsEnough() throws Exception {
    ReportConfig config = load("minimal.yaml");
    assertThat(config.stream().trigger().bounded()).isTrue();
    assertThat(config.kafka().topic()).isEqualTo("view_log");
  }

  @Test
  void referenceHasEveryKeyWithItsDefault() throws Exception {
    JsonNode reference = YAML.readTree(text("reference.yaml"));
    ReportConfig defaults = load("minimal.yaml");
    JsonNode effective = YAML.readTree(Secrets.yaml(defaults));
    assertThat(keys(reference)).isEqualTo(keys(effective));
    assertThat(reference).isEqualTo(effective);
    assertThat(load("reference.yaml")).isNotNull();
  }

  /** One of them, with these keys set besides. */
  public static ReportConfig load(String name, String... overrides) throws IOException {
    List<String> problems = new ArrayList<>();
    ReportConfig config =
        new ConfigLoader(Map.of(), new Configuration(), problems)
            .load(ReportConfig.class, name, text(name), List.of(overrides))
            .orElseThrow();
    assertThat(problems).isEmpty();
    return config;
  }

  private static SortedSet<String> keys(JsonNode node) {
    SortedSet<String> keys = new TreeSet<>();
    collect(node, "", keys);
    return keys;
  }

  private static void collect(JsonNode node, String path, SortedSet<String> into) {
    node.properties()
        .forEach(
            field -> {
              into.add(path + field.getKey());
              collect(field.getValue(), path + field.getKey() + ".", into);
            });
  }

  private static String text(String name) throws IOException {
    try (InputStream in = ConfigFilesTest.class.getResourceAsStream("/config/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
