package io.github.millrace.invoice;

import io.github.millrace.publish.Layout;
import java.util.List;
import java.util.Locale;

/** How the CSV files lie in an output directory. */
enum CsvLayout {
  /** Beside each other. */
  FLAT,

  /** In a directory for each day of writing (UTC), {@code day=2026-11-27}. */
  DAILY;

  Layout layout() {
    return this == DAILY ? Layout.daily() : Layout.partitionedBy(List.of());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
