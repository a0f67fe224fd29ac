package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.millrace.config.ConfigLoader;
import io.github.millrace.config.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The configurations that ship with the job. */
class ConfigFilesTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @Test
  void minimalIsEnough() throws Exception {
    FlattenConfig config = load("minimal.yaml");
    assertThat(config.stream().trigger().bounded()).isTrue();
    assertThat(config.input().maxFilesPerBatch()).isEqualTo(10_000);
  }

  @Test
  void referenceHasEveryKeyWithItsDefault() throws Exception {
    JsonNode reference = YAML.readTree(text("reference.yaml"));
    FlattenConfig defaults = load("minimal.yaml", "output.hive=hive", "output.cassandra=cassandra");
    JsonNode effective = YAML.readTree(Secrets.yaml(defaults));
    assertThat(keys(reference)).isEqualTo(keys(effective));
    assertThat(reference).isEqualTo(effective);
    assertThat(load("reference.yaml")).isNotNull();
  }

  @Test
  void theReadmeHasEveryKeyWithItsDefault() throws Exception {
    List<String> problems = new ArrayList<>();
    FlattenConfig defaults =
        new ConfigLoader(Map.of(), new Configuration(), problems)
            .load(FlattenConfig.class, "none", "", List.of())
            .orElseThrow();
    SortedMap<String, String> expected = new TreeMap<>();
    collectValues(YAML.readTree(Secrets.yaml(defaults)), "", expected);
    problems.forEach(
        problem -> expected.put(problem.substring(0, problem.indexOf(':')), "required"));

    assertThat(defaultsOf(Files.readString(Path.of("README.md")))).isEqualTo(expected);
  }

  /** The first two columns of the table of keys; a line of it may have several, as many each. */
  private static SortedMap<String, String> defaultsOf(String readme) {
    SortedMap<String, String> defaults = new TreeMap<>();
    Matcher table =
        Pattern.compile("\\| key \\| default \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)").matcher(readme);
    assertThat(table.find()).isTrue();
    for (String line : table.group(1).lines().toList()) {
      String[] cells = line.split(" *\\| *", 4);
      List<String> keys = codes(cells[1]);
      List<String> values = codes(cells[2]);
      for (int i = 0; i < keys.size(); i++) {
        defaults.put(keys.get(i), values.isEmpty() ? cells[2] : values.get(i));
      }
    }
    return defaults;
  }

  private static List<String> codes(String cell) {
    return Pattern.compile("`([^`]*)`").matcher(cell).results().map(code -> code.group(1)).toList();
  }

  private static void collectValues(JsonNode node, String path, Map<String, String> into) {
    node.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isObject()) {
                collectValues(value, path + field.getKey() + ".", into);
              } else {
                into.put(path + field.getKey(), value.isNull() ? "none" : value.asText());
              }
            });
  }

  private static FlattenConfig load(String name, String... overrides) throws IOException {
    List<String> problems = new ArrayList<>();
    FlattenConfig config =
        new ConfigLoader(Map.of(), new Configuration(), problems)
            .load(FlattenConfig.class, name, text(name), List.of(overrides))
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
