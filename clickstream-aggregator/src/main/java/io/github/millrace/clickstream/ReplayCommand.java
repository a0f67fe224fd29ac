package io.github.millrace.clickstream;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.clickstream.config.ClickstreamConfig;
import io.github.millrace.clickstream.land.FeedPlan;
import io.github.millrace.clickstream.land.ReplayJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "replay",
    description =
        "Judges the quarantined records of feeds again, each once, say after a contract was changed,"
            + " and lands those that are good now.")
final class ReplayCommand extends JobCommand<ClickstreamConfig> {
  @Parameters(
      paramLabel = "FEED",
      arity = "1..*",
      description = "Names of feeds in the configuration.")
  private List<String> feeds = new ArrayList<>();

  ReplayCommand() {
    super(ClickstreamConfig.class);
  }

  @Override
  protected Job check(ClickstreamConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    List<FeedPlan> plans = FeedPlan.check(config, feeds, adopt(), hadoop, problems);
    return problems.isEmpty() ? new ReplayJob(plans) : null;
  }
}
