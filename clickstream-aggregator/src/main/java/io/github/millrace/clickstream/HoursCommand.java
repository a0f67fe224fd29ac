package io.github.millrace.clickstream;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.clickstream.config.ClickstreamConfig;
import io.github.millrace.clickstream.land.FeedPlan;
import io.github.millrace.clickstream.land.HoursJob;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "hours",
    description =
        "Shows which hours of a feed are complete. With --hour, ends with exit status 0 if that one"
            + " is, else with 1.")
final class HoursCommand extends JobCommand<ClickstreamConfig> {
  @Parameters(paramLabel = "FEED", description = "Name of a feed in the configuration.")
  private String feed;

  @Option(
      names = "--since",
      paramLabel = "DATE",
      description =
          "The first day whose hours are shown: 2026-11-27; by default the day before the last.")
  private String since;

  @Option(
      names = "--hour",
      paramLabel = "HOUR",
      description = "An hour in the feed's zone: 2026-11-27T10.")
  private String hour;

  HoursCommand() {
    super(ClickstreamConfig.class);
  }

  @Override
  protected Job check(ClickstreamConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    LocalDate day = null;
    LocalDateTime asked = null;
    try {
      day = since == null ? null : LocalDate.parse(since);
    } catch (DateTimeException e) {
      problems.add("--since: is '%s', must be a date such as 2026-11-27".formatted(since));
    }
    try {
      asked = hour == null ? null : LocalDateTime.parse(hour + ":00");
    } catch (DateTimeException e) {
      problems.add("--hour: is '%s', must be an hour such as 2026-11-27T10".formatted(hour));
    }
    List<FeedPlan> plans = FeedPlan.check(config, List.of(feed), false, hadoop, problems);
    return problems.isEmpty() ? new HoursJob(plans.get(0), day, asked) : null;
  }
}
