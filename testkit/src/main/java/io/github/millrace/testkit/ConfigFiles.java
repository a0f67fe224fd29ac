package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configurations that ship with a job, {@code config/minimal.yaml} and {@code
 * config/reference.yaml} on the class path, and the README's table of keys.
 *
 * @param <C> the job's configuration record
 */
public final class ConfigFiles<C> {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Loader<C> loader;
  private final Function<C, String> effective;

  /** How a job loads its configuration. */
  @FunctionalInterface
  public interface Loader<C> {
    /**
     * Loads a configuration.
     *
     * @param yaml its text
     * @param overrides {@code KEY=VALUE} that win over it
     * @param problems takes what is wrong, as {@code KEY: what is wrong}
     * @return the configuration, also if there are problems
     */
    C load(String yaml, List<String> overrides, List<String> problems);
  }

  private ConfigFiles(Loader<C> loader, Function<C, String> effective) {
    this.loader = loader;
    this.effective = effective;
  }

  /**
   * Takes what is a job's own.
   *
   * @param effective shows a configuration as YAML with each key
   */
  public static <C> ConfigFiles<C> of(Loader<C> loader, Function<C, String> effective) {
    return new ConfigFiles<>(loader, effective);
  }

  /**
   * Loads one of them, with these keys set besides.
   *
   * @throws AssertionError with the problems, if there are any
   */
  public C load(String name, String... overrides) throws IOException {
    List<String> problems = new ArrayList<>();
    C config = loader.load(text(name), List.of(overrides), problems);
    assertThat(problems).as(name).isEmpty();
    return config;
  }

  /**
   * Asserts that the reference has every key with its default, or as the minimal one sets it.
   *
   * @param examples further keys that the reference sets to no default, as {@code KEY=VALUE}
   */
  public void assertReferenceIsComplete(String... examples) throws IOException {
    JsonNode reference = YAML.readTree(text("reference.yaml"));
    JsonNode defaults = YAML.readTree(effective.apply(load("minimal.yaml", examples)));
    assertThat(values(reference)).isEqualTo(values(defaults));
    assertThat(reference).isEqualTo(defaults);
    assertThat(load("reference.yaml")).isNotNull();
  }

  /**
   * Asserts that a README's table of keys, which begins with {@code | key | default |}, has every
   * key with its default, {@code none} or {@code required}.
   */
  public void assertTableIsComplete(Path readme) throws IOException {
    List<String> problems = new ArrayList<>();
    C defaults = loader.load("", List.of(), problems);
    SortedMap<String, String> expected = values(YAML.readTree(effective.apply(defaults)));
    problems.forEach(
        problem -> expected.put(problem.substring(0, problem.indexOf(':')), "required"));
    assertThat(table(Files.readString(readme))).isEqualTo(expected);
  }

  /** The first two columns of the table of keys; a line of it may have several, as many each. */
  private static SortedMap<String, String> table(String readme) {
    SortedMap<String, String> defaults = new TreeMap<>();
    Matcher table =
        Pattern.compile("\\| key \\| default \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)").matcher(readme);
    assertThat(table.find()).as("a table of keys").isTrue();
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

  private static SortedMap<String, String> values(JsonNode config) {
    SortedMap<String, String> values = new TreeMap<>();
    collect(config, "", values);
    return values;
  }

  private static void collect(JsonNode node, String path, Map<String, String> into) {
    node.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isObject()) {
                collect(value, path + field.getKey() + ".", into);
              } else {
                into.put(path + field.getKey(), value.isNull() ? "none" : value.asText());
              }
            });
  }

  private static String text(String name) throws IOException {
    try (InputStream in = ConfigFiles.class.getResourceAsStream("/config/" + name)) {
      assertThat(in).as("config/" + name + " on the class path").isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
