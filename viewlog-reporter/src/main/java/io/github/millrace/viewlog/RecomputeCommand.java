package io.github.millrace.viewlog;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.job.Recomputation;
import io.github.millrace.viewlog.job.RecomputeJob;
import io.github.millrace.viewlog.job.ReportPlan;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "recompute",
    description =
        "Makes the reports of some minutes anew from all messages that report has read, late ones"
            + " too, replaces them, and prints what changed.")
final class RecomputeCommand extends JobCommand<ReportConfig> {
  @Option(
      names = "--from",
      paramLabel = "TIME",
      required = true,
      description = "Start of the first minute, such as 2026-01-31T10:00:00Z.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      required = true,
      description = "End of the last minute.")
  private String to;

  RecomputeCommand() {
    super(ReportConfig.class);
  }

  @Override
  protected Job check(ReportConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    long window = config.window().micros();
    Long start = micros("--from", from, window, problems);
    Long end = micros("--to", to, window, problems);
    if (start != null && end != null && start >= end) {
      problems.add("--to: is '" + to + "', must be after --from");
    }
    ReportPlan plan = ReportPlan.check(config, adopt(), hadoop, problems);
    return plan == null ? null : new RecomputeJob(plan, new Recomputation.Range(start, end));
  }

  private static Long micros(String option, String text, long window, List<String> problems) {
    try {
      Instant instant =
          text.endsWith("Z")
              ? Instant.parse(text)
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
      long micros = DateTimeUtils.instantToMicros(instant);
      // A window of no length is reported with the rest of the configuration.
      if (window > 0 && Math.floorMod(micros, window) != 0) {
        problems.add(option + ": is '" + text + "', where no window begins");
      }
      return micros;
    } catch (DateTimeException | ArithmeticException e) {
      problems.add(option + ": is '" + text + "', must be a time such as 2026-01-31T10:00:00Z");
      return null;
    }
  }
}
