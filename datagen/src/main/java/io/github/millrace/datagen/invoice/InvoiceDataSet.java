package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.truth.Place;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.truth.TruthFile;
import io.github.millrace.datagen.truth.TruthWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

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
  private long lineItems;

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
    Optional<Path> truthFile = Optional.of(directory.resolve(TruthFile.NAME));
    try (TruthWriter truth = new TruthWriter(options.seed(), truthFile)) {
      InvoiceDataSet dataSet = new InvoiceDataSet(options, directory, truth);
      dataSet.writeInvoices(progress);
      dataSet.writeRepeated();
      dataSet.writeSpecial();
      return dataSet.finish();
    }
  }

  private void writeInvoices(LongConsumer progress) throws IOException {
    for (long file = 0; file < options.files(); file++) {
      long end = spread.first(file + 1);
      write(
          spread.name("invoices", file),
          LongStream.range(spread.first(file), end).mapToObj(source::record).iterator());
      progress.accept(end);
    }
  }

  private void writeRepeated() throws IOException {
    if (options.duplicateShare() == 0) {
      return;
    }
    for (long file = 0; file < options.files(); file++) {
      Iterator<InvoiceRecord> repeated =
          LongStream.range(spread.first(file), spread.first(file + 1))
              .filter(source::isRepeated)
              .mapToObj(source::again)
              .iterator();
      if (repeated.hasNext()) {
        write(spread.name("repeat", file), repeated);
      }
    }
  }

  private void write(String name, Iterator<InvoiceRecord> records) throws IOException {
    directory.write(name, options.shape().layout(), records, this::add);
  }

  private void writeSpecial() throws IOException {
    if (options.badShare() > 0) {
      new SpecialFiles(options.shape(), source, directory, this::add, options.count()).writeAll();
    }
  }

  private void add(Place place, InvoiceRecord record) throws IOException {
    truth.add(place, record);
    lineItems += record.items();
  }

  private InvoiceTruth.Summary finish() throws IOException {
    Summary all = truth.summary();
    InvoiceTruth.Summary summary =
        new InvoiceTruth.Summary(
            options.seed(),
            options.count(),
            options.shape(),
            all.records(),
            all.good() + all.duplicates(),
            all.bad(),
            lineItems,
            all.duplicates(),
            all.reasons());
    truth.finish(summary::writeTo);
    return summary;
  }
}
