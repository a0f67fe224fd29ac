package io.github.millrace.viewlog;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.upkeep.Compaction;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.job.CompactJob;
import io.github.millrace.viewlog.job.ReportPlan;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "compact",
    description =
        "Joins the files of old reports into one for each network and day, and removes those that"
            + " an earlier run has joined.")
final class CompactCommand extends JobCommand<ReportConfig> {
  @Option(
      names = "--before",
      paramLabel = "DATE",
      required = true,
      description = "The first day (UTC) that stays as it is, such as 2026-01-31.")
  private String before;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      defaultValue = "1 hour",
      description =
          "How long files that were joined stay for readers that have begun; by default 1 hour.")
  private String grace;

  CompactCommand() {
    super(ReportConfig.class);
  }

  @Override
  protected Job check(ReportConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    LocalDate date = date(problems);
    TimeSpan span = grace(problems);
    ReportPlan plan = ReportPlan.check(config, adopt(), hadoop, problems);
    return plan == null ? null : new CompactJob(plan, date, span);
  }

  private LocalDate date(List<String> problems) {
    try {
      LocalDate date = LocalDate.parse(before);
      Compaction.micros(date.plusDays(1));
      return date;
    } catch (DateTimeException | ArithmeticException e) {
      problems.add("--before: is '" + before + "', must be a date such as 2026-01-31");
      return null;
    }
  }

  private TimeSpan grace(List<String> problems) {
    try {
      return TimeSpan.parse(grace);
    } catch (IllegalArgumentException e) {
      problems.add("--grace: is '" + grace + "', " + e.getMessage());
      return null;
    }
  }
}
