package io.github.millrace.datagen.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON object that a defect can change. Fields keep their order, keys may repeat and numbers stay
 * as they are written, so everything that is not changed comes out as it went in. A value is null,
 * a String, a Boolean, a {@link Numeral}, a List of values or a JsonObject.
 */
public final class JsonObject {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final List<Field> fields = new ArrayList<>();

  /** A number as its text. */
  public record Numeral(String text) {}

  private record Field(String name, Object value) {}

  /** Makes an object without fields. */
  public JsonObject() {}

  /** Reads an object from the bytes of a good record. */
  public static JsonObject parse(byte[] json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      return readObject(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("A good record cannot be read", e);
    }
  }

  /** Returns whether there is a field of that name. */
  public boolean has(String name) {
    return fields.stream().anyMatch(field -> field.name().equals(name));
  }

  /** Returns the value of the first field of that name, which must exist. */
  public Object get(String name) {
    return fields.get(indexOf(name)).value();
  }

  /** Returns the list that is the value of a field. */
  public List<?> list(String name) {
    return (List<?>) get(name);
  }

  /** Replaces the value of a field that exists. */
  public void set(String name, Object value) {
    fields.set(indexOf(name), new Field(name, value));
  }

  /** Adds a field at the end, even if there is one of this name. */
  public void add(String name, Object value) {
    fields.add(new Field(name, value));
  }

  /** Removes the first field of that name, which must exist. */
  public void remove(String name) {
    fields.remove(indexOf(name));
  }

  /** Returns the object as it stands, on one line. */
  public byte[] render() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return out.toByteArray();
  }

  /** Writes the object as it stands. */
  public void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (Field field : fields) {
      json.writeFieldName(field.name());
      writeValue(field.value(), json);
    }
    json.writeEndObject();
  }

  private int indexOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("No field " + name);
  }

  private static void writeValue(Object value, JsonGenerator json) throws IOException {
    if (value instanceof JsonObject object) {
      object.writeTo(json);
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        writeValue(element, json);
      }
      json.writeEndArray();
    } else if (value instanceof Numeral number) {
      json.writeNumber(number.text());
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else {
      json.writeString((String) value);
    }
  }

  private static JsonObject readObject(JsonParser parser) throws IOException {
    JsonObject object = new JsonObject();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      object.add(name, readValue(parser));
    }
    return object;
  }

  private static Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(readValue(parser));
        }
        yield list;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(parser.getText());
      case VALUE_STRING -> parser.getText();
      default -> throw new IllegalStateException("Good records hold no " + parser.currentToken());
    };
  }
}
