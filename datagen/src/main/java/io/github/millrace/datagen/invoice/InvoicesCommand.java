package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.output.ProgressLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides every random choice.")
  private long seed;

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
      names = "--bad-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the invoices that are malformed, 0 to 1. If it is above 0, each special file"
              + " (empty, wrong encoding, huge record, ...) is made once.")
  private double badShare;

  @Option(
      names = "--duplicate-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the good invoices that are written a second time, 0 to 1.")
  private double duplicateShare;

  @Option(
      names = "--overwrite",
      description = "Replace the data set that DIR holds; refused if it holds anything else.")
  private boolean overwrite;

  /** Made by the command line. */
  public InvoicesCommand() {}

  @Override
  public Integer call() throws IOException {
    InvoiceOptions options = options();
    InvoiceTruth.Summary summary = InvoiceDataSet.write(options, directory(), progress());
    print(summary);
    return ExitCode.OK;
  }

  private InvoiceOptions options() {
    try {
      long fileCount = files == null ? InvoiceOptions.defaultFiles(shape, count) : files;
      return new InvoiceOptions(count, seed, badShare, shape, fileCount, duplicateShare);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private OutputDirectory directory() throws IOException {
    try {
      return overwrite
          ? OutputDirectory.replace(to, InvoiceDataSet.FILE_NAMES)
          : OutputDirectory.create(to);
    } catch (FileSystemException e) {
      String remedy =
          overwrite
              ? "Name another directory, or empty this one yourself."
              : "Name another directory, or add --overwrite to replace its data set.";
      throw new ParameterException(
          spec.commandLine(), "--to cannot be used: " + e.getMessage() + ". " + remedy, e);
    }
  }

  private ProgressLines progress() {
    return new ProgressLines(
        spec.commandLine().getErr(), String.format(Locale.ROOT, "of %,d invoices written", count));
  }

  private void print(InvoiceTruth.Summary summary) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d records: %,d good (%,d of them repeated; %,d line items), %,d bad%n",
        summary.records(),
        summary.good(),
        summary.duplicates(),
        summary.lineItems(),
        summary.bad());
    for (Map.Entry<Reason, Long> reason : summary.reasons().entrySet()) {
      out.printf(Locale.ROOT, "  %-14s %,d%n", reason.getKey().label(), reason.getValue());
    }
    out.printf("Data: %s%nTruth: %s%n", to, to.resolve(InvoiceTruth.FILE_NAME));
    out.flush();
  }

  /** Accepts the names as the help shows them. */
  static final class ShapeConverter implements ITypeConverter<Shape> {
    @Override
    public Shape convert(String name) {
      for (Shape shape : Shape.values()) {
        if (shape.toString().equals(name)) {
          return shape;
        }
      }
      throw new TypeConversionException(
          "'" + name + "' is not a shape: give one of " + Arrays.toString(Shape.values()) + ".");
    }
  }
}
