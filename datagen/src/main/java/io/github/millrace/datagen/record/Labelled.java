package io.github.millrace.datagen.record;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A constant of an enum that has a word of its own in files and on the command line. */
public interface Labelled {
  /** The constant's name, such as {@code DUPLICATE_KEY}. */
  String name();

  /** The constant's place among those of its enum, from 0. */
  int ordinal();

  /** Returns the word, such as {@code duplicate-key}. */
  default String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the constant with this word; empty if there is none. */
  static <E extends Enum<E> & Labelled> Optional<E> find(Class<E> type, String label) {
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.label().equals(label))
        .findFirst();
  }
}
