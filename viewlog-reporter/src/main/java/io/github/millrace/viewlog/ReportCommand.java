package io.github.millrace.viewlog;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.job.ReportJob;
import io.github.millrace.viewlog.job.ReportPlan;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "report",
    description = "Reads views from Kafka and writes a row per campaign, network and minute.")
final class ReportCommand extends JobCommand<ReportConfig> {
  @Option(
      names = "--flush",
      description =
          "At the end of a bounded run, reports the minutes that are still open. Views of these"
              + " minutes that arrive later are late.")
  private boolean flush;

  ReportCommand() {
    super(ReportConfig.class);
  }

  @Override
  protected Job check(ReportConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    if (flush && !config.stream().trigger().bounded()) {
      problems.add(
          "--flush: asks for an end, but trigger is '"
              + config.stream().trigger()
              + "'; set availableNow");
    }
    ReportPlan plan = ReportPlan.check(config, adopt(), hadoop, problems);
    return plan == null ? null : new ReportJob(plan, flush);
  }
}
