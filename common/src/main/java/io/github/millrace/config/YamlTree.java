package io.github.millrace.config;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads a YAML document as a tree whose scalars are text as written. Only a key's own type decides
 * what {@code no}, {@code 007} or {@code 1.10} mean; YAML's guess would have lost the text.
 */
final class YamlTree {
  private static final YAMLFactory FACTORY = new YAMLFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final YAMLParser in;

  private YamlTree(YAMLParser in) {
    this.in = in;
  }

  /**
   * Reads a document.
   *
   * @return a missing node if it is empty
   */
  static JsonNode read(String yaml) throws JsonProcessingException {
    try (YAMLParser in = FACTORY.createParser(yaml)) {
      return new YamlTree(in).document();
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("a text can always be read", e);
    }
  }

  private JsonNode document() throws IOException {
    if (in.nextToken() == null) {
      return MissingNode.getInstance();
    }
    JsonNode tree = node();
    if (in.nextToken() != null) {
      throw problem("a second document begins here");
    }
    return tree;
  }

  private JsonNode node() throws IOException {
    if (in.isCurrentAlias()) {
      throw problem("*" + in.getText() + " is an alias; write the value itself");
    }
    return switch (in.currentToken()) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_NULL -> NODES.nullNode();
      default -> NODES.textNode(in.getText());
    };
  }

  private ObjectNode object() throws IOException {
    ObjectNode object = NODES.objectNode();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = in.currentName();
      if (object.has(key)) {
        throw problem("the key '" + key + "' stands twice");
      }
      in.nextToken();
      object.set(key, node());
    }
    return object;
  }

  private ArrayNode array() throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      array.add(node());
    }
    return array;
  }

  private JsonParseException problem(String message) {
    return new JsonParseException(in, message, in.currentTokenLocation());
  }
}
