package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.output.Layout;
import io.github.millrace.datagen.record.Labelled;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How a file holds invoices. */
public enum Shape implements Labelled {
  /** One record per line. */
  LINES,
  /** One pretty-printed record per file. */
  DOCUMENT,
  /** One JSON array per file, an element per record. */
  ARRAY;

  Layout layout() {
    return switch (this) {
      case LINES -> Layout.LINES;
      case DOCUMENT -> new Layout("", "", "\n");
      case ARRAY -> Layout.ARRAY;
    };
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
    return label();
  }
}
