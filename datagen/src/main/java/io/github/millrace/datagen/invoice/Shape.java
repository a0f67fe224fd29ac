package io.github.millrace.datagen.invoice;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How records are laid out in a file: a prefix, the records with a separator, a suffix. */
public enum Shape {
  /** One record per line. */
  LINES("", "\n", "\n"),
  /** One pretty-printed record per file. */
  DOCUMENT("", "", "\n"),
  /** One JSON array per file, an element per record. */
  ARRAY("[\n", ",\n", "\n]\n");

  private final String prefix;
  private final String separator;
  private final String suffix;

  Shape(String prefix, String separator, String suffix) {
    this.prefix = prefix;
    this.separator = separator;
    this.suffix = suffix;
  }

  /** Returns the shape that is written like this. */
  static Shape of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  String prefix() {
    return prefix;
  }

  String separator() {
    return separator;
  }

  String suffix() {
    return suffix;
  }

  /** The defects that spoil one record of an ordinary file and leave its neighbours readable. */
  List<Defect> recordDefects() {
    Set<Defect> defects = EnumSet.complementOf(EnumSet.of(Defect.HUGE_STRING, Defect.DEEP_NESTING));
    if (this == ARRAY) {
      defects.removeAll(EnumSet.of(Defect.TRUNCATED, Defect.BLANK, Defect.ENCODING));
    }
    return new ArrayList<>(defects);
  }

  /** As it is written on the command line and in the truth file. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
