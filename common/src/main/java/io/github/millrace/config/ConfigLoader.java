package io.github.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Makes a job's configuration record of a YAML document and overrides. All problems are reported at
 * once, each naming key, value and remedy.
 */
public final class ConfigLoader {
  static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .build())
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .build();

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_]\\w*)(:-([^}]*))?}");

  /** The end of a key. */
  private static final Pattern PASSWORD =
      Pattern.compile("(?i)(?:password|passwd|passphrase|secret|keystore\\.key)$");

  private static final Pattern PASSWORD_WITHIN =
      Pattern.compile("(?i)(?:password|passwd|secret)\\s*=\\s*[\"']?[^\"';\\s]");

  private final Map<String, String> environment;
  private final Configuration hadoop;
  private final List<String> problems;

  /**
   * Creates a loader.
   *
   * @param environment what {@code ${NAME}} and {@code ${NAME:-default}} are looked up in
   * @param hadoop what the paths of {@link Location}s depend on
   * @param problems receives a message for each problem
   */
  public ConfigLoader(
      Map<String, String> environment, Configuration hadoop, List<String> problems) {
    this.environment = environment;
    this.hadoop = hadoop;
    this.problems = problems;
  }

  /**
   * Loads a configuration.
   *
   * @param type a record; nested records are nested mappings, and defaults are the record's own
   * @param document what to call the document in messages
   * @param yaml the document, or an empty text for none
   * @param overrides {@code key.path=value}, later ones winning
   * @return empty if the document is not readable; else it may also be present beside problems, so
   *     that the caller can look for more of them
   */
  public <C extends Record> Optional<C> load(
      Class<C> type, String document, String yaml, List<String> overrides) {
    Optional<ObjectNode> read = tree(document, yaml);
    read.ifPresent(
        tree -> {
          overrides.forEach(override -> override(type, tree, override));
          refuseWrittenSecrets(type, tree, "");
          resolve(tree, "");
        });
    return read.map(tree -> new RecordBinder(hadoop, problems).bind(type, tree));
  }

  private Optional<ObjectNode> tree(String document, String yaml) {
    try {
      JsonNode read = YamlTree.read(yaml);
      if (read.isMissingNode() || read.isNull()) {
        return Optional.of(YAML.createObjectNode());
      }
      if (read instanceof ObjectNode object) {
        return Optional.of(object);
      }
      problems.add(document + ": is not a YAML mapping of keys to values");
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      problems.add(document + line + ": not readable as YAML: " + OneLine.of(e));
    }
    return Optional.empty();
  }

  private void override(Class<?> type, ObjectNode tree, String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      problems.add("--set " + override + ": must be key=value, such as --set trigger=availableNow");
      return;
    }
    String[] path = override.substring(0, equals).trim().split("\\.", -1);
    ObjectNode at = tree;
    for (int i = 0; i < path.length - 1; i++) {
      at = at.get(path[i]) instanceof ObjectNode inner ? inner : at.putObject(path[i]);
    }
    String text = override.substring(equals + 1);
    at.set(path[path.length - 1], isText(type, path) ? TextNode.valueOf(text) : value(text));
  }

  /** Whether a key takes text, which may look like a list or mapping, as JSON does. */
  private static boolean isText(Class<?> type, String[] path) {
    Class<?> at = type;
    // Of a mapping with a record under each name: the record, of which the name is the next key.
    Class<?> named = null;
    for (String key : path) {
      if (named != null) {
        at = named;
        named = null;
      } else if (at == Map.class) {
        return true;
      } else {
        RecordComponent component = at.isRecord() ? component(at, key) : null;
        at = component == null ? Object.class : component.getType();
        named = component == null ? null : ConfigKeys.namedRecord(component);
      }
    }
    return isText(at);
  }

  static boolean isText(Class<?> type) {
    return type == String.class || type == Location.class;
  }

  private static RecordComponent component(Class<?> type, String key) {
    for (RecordComponent component : ConfigKeys.of(type)) {
      if (component.getName().equals(key)) {
        return component;
      }
    }
    return null;
  }

  /** A list or mapping may be given in YAML's flow style; all else is taken as it stands. */
  private static JsonNode value(String text) {
    if (text.startsWith("[") || text.startsWith("{")) {
      try {
        return YamlTree.read(text);
      } catch (JsonProcessingException e) {
        return TextNode.valueOf(text);
      }
    }
    return TextNode.valueOf(text);
  }

  /** A secret stands in the environment, and no file or argument list has it. */
  private void refuseWrittenSecrets(Class<?> type, ObjectNode tree, String path) {
    for (RecordComponent component : ConfigKeys.of(type)) {
      JsonNode value = tree.path(component.getName());
      String key = path + component.getName();
      if (component.getType().isRecord() && value instanceof ObjectNode inner) {
        refuseWrittenSecrets(component.getType(), inner, key + ".");
      } else if (ConfigKeys.namedRecord(component) != null) {
        Class<?> named = ConfigKeys.namedRecord(component);
        value.properties().stream()
            .filter(entry -> entry.getValue().isObject())
            .forEach(
                entry ->
                    refuseWrittenSecrets(
                        named, (ObjectNode) entry.getValue(), key + "." + entry.getKey() + "."));
      } else if (component.getType() == Map.class) {
        refuseWrittenSecrets(value, key);
      } else if (component.getType() == String.class && Secrets.isSecret(component.getName())) {
        refuseWrittenSecret(value, key);
      }
    }
  }

  /**
   * The same for what is handed on to others by names of theirs, such as Kafka's clients: some of
   * it only looks like a secret, and some has one within.
   */
  private void refuseWrittenSecrets(JsonNode options, String path) {
    options
        .properties()
        .forEach(
            option -> {
              String key = path + "." + option.getKey();
              if (option.getValue().isObject()) {
                refuseWrittenSecrets(option.getValue(), key);
              } else if (PASSWORD.matcher(key).find()
                  || PASSWORD_WITHIN.matcher(written(option.getValue().asText(""))).find()) {
                refuseWrittenSecret(option.getValue(), key);
              }
            });
  }

  private void refuseWrittenSecret(JsonNode value, String key) {
    if (value.isValueNode() && !written(value.asText("")).isBlank()) {
      problems.add(
          "%s: has a secret written out; put it into the environment, and write ${NAME} in its place"
              .formatted(key));
    }
  }

  /** What stands in the text itself: all but the variables, whose defaults are written out too. */
  private static String written(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            variable ->
                variable.group(3) == null ? "" : Matcher.quoteReplacement(variable.group(3)));
  }

  private JsonNode resolve(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        object.set(key, resolve(object.get(key), path.isEmpty() ? key : path + "." + key));
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, resolve(array.get(i), path + "[" + i + "]"));
      }
    } else if (node.isTextual() && node.textValue().startsWith("~/") && !Secrets.isSecret(path)) {
      problems.add(
          "%s: is '%s', but only a shell knows what ~ is; write the directory, or ${HOME}%s"
              .formatted(path, node.textValue(), node.textValue().substring(1)));
    } else if (node.isTextual() && node.textValue().contains("${")) {
      return TextNode.valueOf(
          VARIABLE
              .matcher(node.textValue())
              .replaceAll(
                  match ->
                      Matcher.quoteReplacement(variable(match.group(1), match.group(3), path))));
    }
    return node;
  }

  private String variable(String name, String standard, String path) {
    String value = environment.getOrDefault(name, standard);
    if (value == null) {
      problems.add(
          "%s: the environment has no variable %s; set it, or give a default: ${%s:-default}"
              .formatted(path, name, name));
      return "";
    }
    return value;
  }
}
