package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.record.Shares;

/**
 * What to generate. Equal options give equal bytes.
 *
 * @param count invoices, not counting repeated ones and those of the special files
 * @param seed decides every random choice
 * @param badShare share of the invoices that come out malformed, 0 to 1
 * @param shape how a file holds invoices
 * @param files over how many files the invoices are spread (shape {@code DOCUMENT}: as many as
 *     invoices)
 * @param duplicateShare share of the good invoices that are written a second time, 0 to 1
 */
public record InvoiceOptions(
    long count, long seed, double badShare, Shape shape, long files, double duplicateShare) {
  private static final long TYPICAL_INVOICE_BYTES = 1000;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException naming the option, its value and the remedy
   */
  public InvoiceOptions {
    if (count < 0) {
      throw new IllegalArgumentException(
          "--count is " + count + ": give the number of invoices, 0 or more.");
    }
    Shares.check("--bad-share", badShare);
    Shares.check("--duplicate-share", duplicateShare);
    if (shape == Shape.DOCUMENT && files != count) {
      throw new IllegalArgumentException(
          "--files is "
              + files
              + ", but the shape 'document' writes one file per invoice: leave --files out.");
    }
    FileSpread.check(count, files);
  }

  Shares shares() {
    return new Shares(0, duplicateShare, badShare);
  }

  /** Returns the number of files used unless the user names one. */
  public static long defaultFiles(Shape shape, long count) {
    if (shape == Shape.DOCUMENT) {
      return count;
    }
    return FileSpread.defaultFiles(count, TYPICAL_INVOICE_BYTES);
  }
}
