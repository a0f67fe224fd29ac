package io.github.millrace.clickstream;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.clickstream.config.ClickstreamConfig;
import io.github.millrace.clickstream.land.FeedPlan;
import io.github.millrace.clickstream.land.LandJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "land",
    description =
        "Reads feeds, each from its topic or directory, and writes their records by the date and"
            + " hour of the event.")
final class LandCommand extends JobCommand<ClickstreamConfig> {
  @Parameters(
      paramLabel = "FEED",
      arity = "1..*",
      description = "Names of feeds in the configuration.")
  private List<String> feeds = new ArrayList<>();

  LandCommand() {
    super(ClickstreamConfig.class);
  }

  @Override
  protected Job check(ClickstreamConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    List<FeedPlan> plans = FeedPlan.check(config, feeds, adopt(), hadoop, problems);
    return problems.isEmpty() ? new LandJob(plans) : null;
  }
}
