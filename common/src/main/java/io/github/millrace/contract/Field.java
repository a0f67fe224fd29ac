package io.github.millrace.contract;

import java.io.Serializable;
import java.util.List;

/**
 * One field of a record.
 *
 * @param name the column's name
 * @param physicalName the key in the JSON text, or the name in a CSV file's header
 * @param aliases other keys that mean this field
 * @param spelling how its values are spelt
 * @param kept whether the parsed record holds it; a field that is not kept is judged all the same
 */
public record Field(
    String name,
    String physicalName,
    List<String> aliases,
    FieldType type,
    Spelling spelling,
    boolean required,
    boolean primaryKey,
    boolean unique,
    boolean kept)
    implements Serializable {
  public Field {
    aliases = List.copyOf(aliases);
  }

  Field withKept(boolean keep, FieldType newType) {
    return new Field(
        name, physicalName, aliases, newType, spelling, required, primaryKey, unique, keep);
  }
}
