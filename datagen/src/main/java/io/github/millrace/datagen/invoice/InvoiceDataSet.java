package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.output.OutputDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Writes a data set of invoices: the ordinary files, the repeated invoices, the special files. */
public final class InvoiceDataSet {
  /** The names of the files that {@link #write} makes, finished or not. */
  public static final Pattern FILE_NAMES =
      Pattern.compile("\\.?((invoices|repeat|special)-[a-z0-9-]+\\.json(\\.gz)?|_truth\\.jsonl)");

  private final InvoiceOptions options;
  private final OutputDirectory directory;
  private final TruthWriter truth;
  private final RecordSource source;
  private final FileSpread spread;

  private InvoiceDataSet(InvoiceOptions options, OutputDirectory directory, TruthWriter truth) {
    this.options = options;
    this.directory = directory;
    this.truth = truth;
    this.source = new RecordSource(options);
    this.spread = new FileSpread(options.count(), options.files());
  }

  /**
   * Writes a data set and, when it is complete, its truth file.
   *
   * @param options what to generate
   * @param directory where to; it must not hold an earlier data set
   * @param progress gets after each file how many invoices are written
   * @return the totals, as in the truth file
   */
  public static InvoiceTruth.Summary write(
      InvoiceOptions options, OutputDirectory directory, LongConsumer progress) throws IOException {
    try (TruthWriter truth = new TruthWriter(directory, options)) {
      InvoiceDataSet dataSet = new InvoiceDataSet(options, directory, truth);
      dataSet.writeInvoices(progress);
      dataSet.writeRepeated();
      dataSet.writeSpecial();
      return truth.finish();
    }
  }

  private void writeInvoices(LongConsumer progress) throws IOException {
    for (long file = 0; file < options.files(); file++) {
      String name = spread.name("invoices", file);
      long start = spread.first(file);
      long end = spread.first(file + 1);
      directory.write(
          name,
          out -> {
            ShapeWriter writer = new ShapeWriter(options.shape(), out);
            for (long index = start; index < end; index++) {
              InvoiceRecord record = source.record(index);
              truth.record(name, writer.add(record), record, false);
            }
            writer.end();
          });
      progress.accept(end);
    }
  }

  private void writeRepeated() throws IOException {
    if (options.duplicateShare() == 0) {
      return;
    }
    for (long file = 0; file < options.files(); file++) {
      String name = spread.name("repeat", file);
      long end = spread.first(file + 1);
      long first = nextRepeated(spread.first(file), end);
      if (first < end) {
        directory.write(name, out -> writeRepeated(name, first, end, out));
      }
    }
  }

  private void writeRepeated(String name, long first, long end, OutputStream out)
      throws IOException {
    ShapeWriter writer = new ShapeWriter(options.shape(), out);
    for (long index = first; index < end; index = nextRepeated(index + 1, end)) {
      InvoiceRecord record = source.good(index);
      truth.record(name, writer.add(record), record, true);
    }
    writer.end();
  }

  private void writeSpecial() throws IOException {
    if (options.badShare() > 0) {
      new SpecialFiles(options.shape(), source, directory, truth, options.count()).writeAll();
    }
  }

  /** Returns the next index, from this one on, that is repeated; the end if there is none. */
  private long nextRepeated(long from, long end) {
    long index = from;
    while (index < end && !source.isRepeated(index)) {
      index++;
    }
    return index;
  }
}
