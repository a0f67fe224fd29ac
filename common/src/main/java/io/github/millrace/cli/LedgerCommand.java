package io.github.millrace.cli;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.DaySummary;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.RollUp;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
@Command(
    name = "ledger",
    subcommands = LedgerCommand.Compact.class,
    description = {
      "Shows what became of every record read: day by day where these are rolled up, and unit by"
          + " unit for the others.",
      "With --day or --since, unit by unit."
    })
public final class LedgerCommand implements Callable<Integer> {
  private enum Format {
    TABLE,
    JSON
  }

  private static final String ROW = "%-17s %-20s %12s %12s %12s %12s %8s %12s %8s %8s  %s%n";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "OUTPUT",
      arity = "0..1",
      description = "The output directory (the first, where there are two) or its ledger.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "table|json",
      description = "A table (the default), or JSON with every file.")
  private String format = "table";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Units published since then: 2026-11-27, or 2026-11-27T10:00:00Z.")
  private String since;

  @Option(
      names = "--day",
      paramLabel = "DATE",
      description = "Units published on a day (UTC): 2026-11-27.")
  private String day;

  @Override
  public Integer call() throws IOException {
    Format asked = format();
    Instant from = since == null ? null : instant("--since", since);
    LocalDate on = day == null ? null : day();
    if (from != null && on != null) {
      throw new JobException(ExitCode.USAGE, "--since and --day: give one of them");
    }
    Configuration hadoop = hadoop();
    Ledger ledger = new Ledger(directory(output, hadoop), hadoop);
    Table table = new Table(spec.commandLine().getOut());
    Printer printer = asked == Format.JSON ? new JsonArray(spec.commandLine().getOut()) : table;
    printer.begin();
    boolean selects = from != null || on != null;
    boolean sumsUp = !selects && asked == Format.TABLE;
    List<DaySummary> days = sumsUp ? ledger.days() : List.of();
    days.forEach(table::add);
    Set<LocalDate> rolledUp = days.stream().map(DaySummary::day).collect(Collectors.toSet());
    boolean[] balanced = {days.stream().allMatch(summary -> summary.unbalanced() == 0)};
    Ledger.EntryConsumer each =
        entry -> {
          printer.add(entry);
          balanced[0] &= entry.counts().balanced();
        };
    if (from != null) {
      ledger.readSince(from, each);
    } else {
      ledger.read(date -> on == null ? !rolledUp.contains(date) : on.equals(date), each);
    }
    printer.end(selects ? List.of() : ledger.prepared());
    return (balanced[0] ? ExitCode.DONE : ExitCode.INTEGRITY).code();
  }

  /** Rolls up the days that are over, as a running stream does once a day. */
  @Command(
      name = "compact",
      description =
          "Rolls up the days that are over into one file each, as a running stream does by itself.")
  static final class Compact implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "OUTPUT",
        description = "The output directory (the first, where there are two) or its ledger.")
    private String output;

    @Override
    public Integer call() throws IOException {
      Configuration hadoop = hadoop();
      String directory = directory(output, hadoop);
      new Ledger(directory, hadoop).upgrade();
      int days = new RollUp(directory, hadoop).run(() -> false);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(Locale.ROOT, "%,d days rolled up%n", days);
      out.flush();
      return ExitCode.DONE.code();
    }
  }

  private static Configuration hadoop() {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    SparkLog.quiet();
    return hadoop;
  }

  private static String directory(String output, Configuration hadoop) throws IOException {
    if (output == null) {
      throw new JobException(ExitCode.USAGE, "OUTPUT: is missing; name the output directory");
    }
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
    return (isRoot ? inside : path).toString();
  }

  private Format format() {
    try {
      return Format.valueOf(format.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new JobException(
          ExitCode.USAGE, "--format is '" + format + "', must be table or json", e);
    }
  }

  private LocalDate day() {
    try {
      return LocalDate.parse(day);
    } catch (DateTimeParseException e) {
      throw new JobException(
          ExitCode.USAGE, "--day is '%s', must be a date such as 2026-11-27".formatted(day), e);
    }
  }

  private static Instant instant(String option, String text) {
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw new JobException(
          ExitCode.USAGE,
          "%s is '%s', must be a date such as 2026-11-27, or a time such as 2026-11-27T10:00:00Z"
              .formatted(option, text),
          e);
    }
  }

  /** Prints units, one by one: there may be more than fit into memory. */
  private interface Printer {
    void begin();

    void add(LedgerEntry entry) throws IOException;

    void end(List<LedgerEntry> prepared);
  }

  private static final class JsonArray implements Printer {
    private final PrintWriter out;
    private long printed;

    JsonArray(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void begin() {
      out.print("[ ");
    }

    @Override
    public void add(LedgerEntry entry) throws IOException {
      out.print(printed++ == 0 ? "" : ",\n");
      out.print(Ledger.json(entry));
    }

    @Override
    public void end(List<LedgerEntry> prepared) {
      out.println(printed == 0 ? "]" : " ]");
      out.flush();
    }
  }

  private static final class Table implements Printer {
    private final PrintWriter out;
    private Counts sum = Counts.NONE;
    private long rows;
    private long changed;

    Table(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void begin() {
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
    }

    void add(DaySummary day) {
      row(
          day.day().toString(),
          grouped(day.entries()) + " units",
          day.counts(),
          day.rows(),
          day.unbalanced() == 0 ? "ok" : grouped(day.unbalanced()) + " DO NOT BALANCE");
      sum = sum.plus(day.counts());
      rows += day.rows();
      changed += day.reasons().getOrDefault(Reason.CHANGED.toString(), 0L);
    }

    @Override
    public void add(LedgerEntry entry) {
      row(entry, entry.preparedAt().toString().substring(0, 19));
      sum = sum.plus(entry.counts());
      rows += entry.rows();
      changed += entry.quarantinedFor(Reason.CHANGED.toString());
    }

    @Override
    public void end(List<LedgerEntry> prepared) {
      for (LedgerEntry entry : prepared) {
        row(entry, "being published");
      }
      row("total", "", sum, rows, balance(sum));
      if (changed > 0) {
        out.println(
            "%s files had changed after they were found; the quarantine names them"
                .formatted(grouped(changed)));
      }
      out.flush();
    }

    private void row(LedgerEntry entry, String published) {
      row(entry.unit(), published, entry.counts(), entry.rows(), balance(entry.counts()));
    }

    private static String balance(Counts counts) {
      return counts.balanced() ? "ok" : "DOES NOT BALANCE";
    }

    private void row(String unit, String published, Counts counts, long written, String balance) {
      out.printf(
          ROW,
          unit,
          published,
          grouped(counts.read()),
          grouped(counts.written()),
          grouped(written),
          grouped(counts.quarantined()),
          grouped(counts.late()),
          grouped(counts.deduplicated()),
          grouped(counts.reread()),
          grouped(counts.gaps()),
          balance);
    }
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
