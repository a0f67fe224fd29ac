package io.github.millrace.invoice;

import io.github.millrace.source.file.Shape;
import java.util.Locale;

/** How invoices stand in a file, of the {@link Shape}s that JSON has. */
enum InvoiceShape {
  LINES,
  DOCUMENT,
  ARRAY;

  Shape shape() {
    return Shape.valueOf(name());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
