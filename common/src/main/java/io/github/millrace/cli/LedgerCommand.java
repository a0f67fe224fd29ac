package io.github.millrace.cli;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.contract.Reason;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints an output's ledger; exit status 4 if an entry does not balance. */
@Command(name = "ledger", description = "Shows what became of every record read, unit by unit.")
public final class LedgerCommand implements Callable<Integer> {
  private enum Format {
    TABLE,
    JSON
  }

  private static final String ROW = "%-17s %-20s %12s %12s %12s %12s %8s %12s %8s %8s  %s%n";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "OUTPUT",
      description = "The output directory (the first, where there are two) or its ledger.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "table|json",
      description = "A table (the default), or JSON with every file.")
  private String format = "table";

  @Override
  public Integer call() throws IOException {
    Format asked = format();
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    SparkLog.quiet();
    Path path = new Path(output);
    Path inside = new Path(path, "_ledger");
    FileSystem fs = path.getFileSystem(hadoop);
    boolean isRoot = fs.exists(inside);
    boolean isLedger =
        fs.exists(path)
            && (path.getName().equals("_ledger") || fs.exists(new Path(path, "_owner.json")));
    if (!isRoot && !isLedger) {
      throw new JobException(
          ExitCode.USAGE, "OUTPUT " + output + ": has no ledger (" + inside + " does not exist)");
    }
    Ledger ledger = new Ledger((isRoot ? inside : path).toString(), hadoop);
    List<Entry> entries = ledger.committed();
    PrintWriter out = spec.commandLine().getOut();
    if (asked == Format.JSON) {
      out.println(Ledger.json(entries));
    } else {
      table(entries, ledger.prepared(), out);
    }
    out.flush();
    boolean balanced = entries.stream().allMatch(entry -> entry.counts().balanced());
    return (balanced ? ExitCode.DONE : ExitCode.INTEGRITY).code();
  }

  private Format format() {
    try {
      return Format.valueOf(format.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new JobException(
          ExitCode.USAGE, "--format is '" + format + "', must be table or json", e);
    }
  }

  private static void table(List<Entry> entries, List<Entry> prepared, PrintWriter out) {
    out.printf(
        ROW,
        "unit",
        "published",
        "read",
        "written",
        "rows",
        "quarantined",
        "late",
        "deduplicated",
        "reread",
        "gaps",
        "balance");
    Counts sum = Counts.NONE;
    long rows = 0;
    for (Entry entry : entries) {
      row(entry, entry.preparedAt().toString().substring(0, 19), out);
      sum = sum.plus(entry.counts());
      rows += entry.rows();
    }
    for (Entry entry : prepared) {
      row(entry, "being published", out);
    }
    row("total", "", sum, rows, out);
    long changed =
        entries.stream().mapToLong(entry -> entry.quarantinedFor(Reason.CHANGED.toString())).sum();
    if (changed > 0) {
      out.println(
          "%s files had changed after they were found; the quarantine names them"
              .formatted(grouped(changed)));
    }
  }

  private static void row(Entry entry, String published, PrintWriter out) {
    row(entry.unit(), published, entry.counts(), entry.rows(), out);
  }

  private static void row(
      String unit, String published, Counts counts, long rows, PrintWriter out) {
    out.printf(
        ROW,
        unit,
        published,
        grouped(counts.read()),
        grouped(counts.written()),
        grouped(rows),
        grouped(counts.quarantined()),
        grouped(counts.late()),
        grouped(counts.deduplicated()),
        grouped(counts.reread()),
        grouped(counts.gaps()),
        counts.balanced() ? "ok" : "DOES NOT BALANCE");
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
