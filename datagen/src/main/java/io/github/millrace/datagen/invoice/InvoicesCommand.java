package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.command.FilesOptions;
import io.github.millrace.datagen.command.ProgressLines;
import io.github.millrace.datagen.command.RecordOptions;
import io.github.millrace.datagen.command.Report;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.Labelled;
import io.github.millrace.datagen.truth.TruthFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code datagen invoices}: generates invoice files and the truth about them. */
@Command(
    name = "invoices",
    description = {
      "Generates point-of-sale invoices as JSON files, with chosen shares of malformed and repeated"
          + " ones, and a truth file (_truth.jsonl) that names every record and its outcome.",
      "The same options give the same bytes."
    },
    sortOptions = false,
    showDefaultValues = true)
public final class InvoicesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Directory to write to: a new or an empty one.")
  private Path to;

  @Option(
      names = "--count",
      paramLabel = "N",
      required = true,
      showDefaultValue = Visibility.NEVER,
      description = "How many invoices; about 1 KB each.")
  private long count;

  @Mixin private RecordOptions records;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "lines",
      converter = ShapeConverter.class,
      description = "How a file holds invoices: ${COMPLETION-CANDIDATES}.")
  private Shape shape;

  @Option(
      names = "--files",
      paramLabel = "K",
      description = "How many files to spread them over. By default 4, or one per 64 MB if more.")
  private Long files;

  @Option(
      names = "--overwrite",
      description = "Replace the data set that DIR holds; refused if it holds anything else.")
  private boolean overwrite;

  /** Made by the command line. */
  public InvoicesCommand() {}

  @Override
  public Integer call() throws IOException {
    long fileCount = files == null ? InvoiceOptions.defaultFiles(shape, count) : files;
    InvoiceOptions options =
        new InvoiceOptions(
            count, records.seed(), records.badShare(), shape, fileCount, records.duplicateShare());
    OutputDirectory directory =
        FilesOptions.directory("--to", to, overwrite, InvoiceDataSet.FILE_NAMES);
    String done = String.format(Locale.ROOT, "of %,d invoices written", count);
    print(
        InvoiceDataSet.write(
            options, directory, new ProgressLines(spec.commandLine().getErr(), done)));
    return ExitCode.OK;
  }

  private void print(InvoiceTruth.Summary summary) {
    String totals =
        String.format(
            Locale.ROOT,
            "%,d records: %,d good (%,d of them repeated; %,d line items), %,d bad",
            summary.records(),
            summary.good(),
            summary.duplicates(),
            summary.lineItems(),
            summary.bad());
    List<String> places = List.of("Data: " + to, "Truth: " + to.resolve(TruthFile.NAME));
    Report.print(spec.commandLine().getOut(), totals, summary.reasons(), 14, places);
  }

  /** Accepts the names as the help shows them. */
  static final class ShapeConverter implements ITypeConverter<Shape> {
    @Override
    public Shape convert(String name) {
      return Labelled.find(Shape.class, name)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + name
                          + "' is not a shape: give one of "
                          + Arrays.toString(Shape.values())
                          + "."));
    }
  }
}
