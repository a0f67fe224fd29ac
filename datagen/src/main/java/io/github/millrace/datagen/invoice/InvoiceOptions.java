package io.github.millrace.datagen.invoice;

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
  private static final long TYPICAL_FILE_BYTES = 64L << 20;
  private static final long TYPICAL_INVOICE_BYTES = 1000;
  private static final long LEAST_FILES = 4;

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
    checkShare("--bad-share", badShare);
    checkShare("--duplicate-share", duplicateShare);
    if (shape == Shape.DOCUMENT && files != count) {
      throw new IllegalArgumentException(
          "--files is "
              + files
              + ", but the shape 'document' writes one file per invoice: leave --files out.");
    }
    if (files < 0 || files > count || (files == 0 && count > 0)) {
      throw new IllegalArgumentException(
          "--files is "
              + files
              + ": give a number from 1 to that of invoices ("
              + count
              + "), so that no file is empty.");
    }
  }

  /** Returns the number of files used unless the user names one. */
  public static long defaultFiles(Shape shape, long count) {
    if (shape == Shape.DOCUMENT) {
      return count;
    }
    long bySize = count / (TYPICAL_FILE_BYTES / TYPICAL_INVOICE_BYTES) + 1;
    return Math.min(count, Math.max(LEAST_FILES, bySize));
  }

  private static void checkShare(String option, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          option + " is " + share + ": give a share from 0 to 1, such as 0.01.");
    }
  }
}
