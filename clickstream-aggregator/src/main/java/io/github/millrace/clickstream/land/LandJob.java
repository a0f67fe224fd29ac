package io.github.millrace.clickstream.land;

import static java.util.stream.Collectors.joining;

import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.ledger.Counts;
import io.github.millrace.stream.RunResult;
import io.github.millrace.stream.StreamQuery;
import io.github.millrace.stream.StreamRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Feeds from their topics and directories to landed files. */
public record LandJob(List<FeedPlan> feeds) implements Job {
  /** A small batch of one feed does not wait for all tasks of a large one. */
  private static final SparkSettings SETTINGS =
      SparkSettings.preferring(Map.of("spark.scheduler.mode", "FAIR"));

  @Override
  public SparkSettings sparkSettings() {
    return settings(feeds);
  }

  static SparkSettings settings(List<FeedPlan> feeds) {
    return feeds.stream().map(FeedPlan::sparkSettings).reduce(SETTINGS, SparkSettings::plus);
  }

  @Override
  public String describe() {
    return feeds.stream().map(FeedPlan::described).collect(joining("\n", "would land ", ""));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    warn(feeds, out);
    try (Sources sources = new Sources(session, out);
        StreamRunner runner = new StreamRunner(session, out)) {
      List<StreamQuery> queries = new ArrayList<>();
      for (FeedPlan plan : feeds) {
        queries.add(sources.query(plan, plan.feed().trigger(), StreamQuery.BeforeStart.NOTHING));
      }
      RunResult result = runner.run(queries).orThrow();
      account(result.counts(), feeds, out);
      if (result.end().isComplete()) {
        runner.checkBadShare();
      }
    }
  }

  static void warn(List<FeedPlan> feeds, Consumer<String> out) {
    for (FeedPlan plan : feeds) {
      plan.warnings().forEach(warning -> out.accept("warning: " + plan.name() + ": " + warning));
    }
  }

  static void account(Counts counts, List<FeedPlan> feeds, Consumer<String> out) {
    out.accept(
        "%,d read = %,d written + %,d quarantined + %,d reread%s"
            .formatted(
                counts.read(),
                counts.written(),
                counts.quarantined(),
                counts.reread(),
                counts.gaps() == 0 ? "" : "; %,d gaps".formatted(counts.gaps())));
    feeds.forEach(plan -> out.accept("%s: %s".formatted(plan.name(), plan.output().root())));
  }
}
