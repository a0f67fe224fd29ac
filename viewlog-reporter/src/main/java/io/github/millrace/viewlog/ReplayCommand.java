package io.github.millrace.viewlog;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.job.ReplayJob;
import io.github.millrace.viewlog.job.ReportPlan;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;

@Command(
    name = "replay",
    description =
        "Judges the quarantined views again, say after the campaign file was completed, and makes"
            + " the reports of those that are good now anew.")
final class ReplayCommand extends JobCommand<ReportConfig> {
  ReplayCommand() {
    super(ReportConfig.class);
  }

  @Override
  protected Job check(ReportConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    ReportPlan plan = ReportPlan.check(config, adopt(), hadoop, problems);
    return plan == null ? null : new ReplayJob(plan);
  }
}
