package io.github.millrace.clickstream;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.clickstream.config.ClickstreamConfig;
import io.github.millrace.clickstream.land.CompactJob;
import io.github.millrace.clickstream.land.FeedPlan;
import io.github.millrace.config.TimeSpan;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compact",
    description =
        "Joins the small files of complete hours of feeds that have a Hive table, and removes those"
            + " that an earlier run has joined.")
final class CompactCommand extends JobCommand<ClickstreamConfig> {
  private static final int DAYS = 31;

  @Parameters(
      paramLabel = "FEED",
      arity = "1..*",
      description = "Names of feeds in the configuration.")
  private List<String> feeds = new ArrayList<>();

  @Option(
      names = "--before",
      paramLabel = "DATE",
      required = true,
      description = "Days before it are compacted: 2026-11-27.")
  private String before;

  @Option(
      names = "--since",
      paramLabel = "DATE",
      description = "The first day that is looked at; by default 31 days before --before.")
  private String since;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      defaultValue = "1 hour",
      description =
          "How long files that were joined stay, for queries that have listed them (default:"
              + " ${DEFAULT-VALUE}).")
  private String grace;

  CompactCommand() {
    super(ClickstreamConfig.class);
  }

  @Override
  protected Job check(ClickstreamConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    LocalDate end = date("--before", before, problems);
    LocalDate begin = since == null ? end.minusDays(DAYS) : date("--since", since, problems);
    TimeSpan stay = null;
    try {
      stay = TimeSpan.parse(grace);
    } catch (IllegalArgumentException e) {
      problems.add("--grace: " + e.getMessage());
    }
    List<FeedPlan> plans = FeedPlan.check(config, feeds, false, hadoop, problems);
    if (!problems.isEmpty()) {
      return null;
    }
    for (FeedPlan plan : plans) {
      if (plan.feed().table() == null) {
        problems.add(
            "feeds.%s.table: is missing, and without a table no reader would be told where the joined files are"
                .formatted(plan.name()));
      }
    }
    return new CompactJob(plans, begin, end, stay);
  }

  private static LocalDate date(String option, String text, List<String> problems) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      problems.add("%s: is '%s', must be a date such as 2026-11-27".formatted(option, text));
      return LocalDate.EPOCH;
    }
  }
}
