package io.github.millrace.contract;

import java.io.Serializable;

/**
 * One field of a record.
 *
 * @param name the column's name
 * @param physicalName the key in the JSON text
 * @param kept whether the parsed record holds it; a field that is not kept is judged all the same
 */
public record Field(
    String name,
    String physicalName,
    FieldType type,
    boolean required,
    boolean primaryKey,
    boolean unique,
    boolean kept)
    implements Serializable {

  Field withKept(boolean keep, FieldType newType) {
    return new Field(name, physicalName, newType, required, primaryKey, unique, keep);
  }
}
