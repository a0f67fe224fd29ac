package io.github.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Shows a configuration with its secrets masked. */
public final class Secrets {
  static final String MASK = "******";

  private static final String SECRET =
      "(?:password|passwd|passphrase|pwd|secret|token|credential|jaas"
          + "|(?:private|access|account|api|keystore).?key)";
  private static final Pattern SECRET_KEY = Pattern.compile("(?i).*" + SECRET + ".*");
  private static final Pattern IN_URL =
      Pattern.compile(
          "(?i)(://[^/?#:@\\s]*:)[^/?#\\s]+@"
              + "|([?&;][^=?&;\\s]*"
              + SECRET
              + "[^=?&;\\s]*=)[^&;\\s]+");

  private Secrets() {}

  /** The effective configuration as YAML. */
  public static String yaml(Record config) {
    JsonNode tree = mask(ConfigLoader.YAML.valueToTree(config), "");
    try {
      return ConfigLoader.YAML.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** A text with the secrets that stand in its URLs masked. */
  public static String inText(String text) {
    return IN_URL
        .matcher(text)
        .replaceAll(m -> m.group(1) != null ? "$1" + MASK + "@" : "$2" + MASK);
  }

  /** A value of a configuration as a message may show it. */
  static String shown(JsonNode value, String path) {
    JsonNode masked = mask(value.deepCopy(), path);
    return masked.isValueNode() ? masked.asText() : masked.toString();
  }

  static boolean isSecret(String path) {
    return SECRET_KEY.matcher(path).matches();
  }

  private static JsonNode mask(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      keys.forEach(key -> object.set(key, mask(object.get(key), path + "." + key)));
      return object;
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, mask(array.get(i), path));
      }
      return array;
    }
    if (node.isNull()) {
      return node;
    }
    if (isSecret(path)) {
      return TextNode.valueOf(MASK);
    }
    return node.isTextual() ? TextNode.valueOf(inText(node.textValue())) : node;
  }
}
