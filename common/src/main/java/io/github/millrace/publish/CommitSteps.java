package io.github.millrace.publish;

import static java.util.stream.Collectors.toMap;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.PostgreSqlStep;
import io.github.millrace.ledger.Step;
import io.github.millrace.ledger.SuccessStep;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** What a publisher has to do the steps of a unit with. */
public final class CommitSteps {
  /** Nothing: for outputs that are files alone. */
  public static final CommitSteps NONE = new CommitSteps(null, List.of());

  private final HiveTables hive;
  private final Map<String, PostgreSqlSchema> postgreSql;

  /**
   * The means for steps.
   *
   * @param hive null for none
   * @param postgreSql of a schema each
   */
  public CommitSteps(HiveTables hive, Collection<PostgreSqlSchema> postgreSql) {
    this.hive = hive;
    this.postgreSql =
        postgreSql.stream()
            .collect(toMap(PostgreSqlSchema::schema, each -> each, (one, same) -> one));
  }

  /**
   * Writes down that a unit is prepared, unless it could not be completed.
   *
   * @param prepare does so; not called if a step is not to be done
   * @throws JobException with {@link ExitCode#FAILED} if what a step changes is not any more what
   *     the unit was made for
   */
  void prepare(LedgerEntry entry, Ledger ledger, HiveTables.Preparation prepare)
      throws IOException {
    HiveTables.Preparation all = prepare;
    for (Step step : entry.steps()) {
      if (!knows(step)) {
        throw new IllegalStateException(
            "unit %s: its publisher was opened without means for %s"
                .formatted(entry.unit(), step.target()));
      }
      if (step instanceof HiveStep partitions) {
        HiveTables.Preparation inner = all;
        all = () -> hive.whileUnchanged(partitions, entry, ledger, inner);
      }
    }
    all.run();
  }

  private boolean knows(Step step) {
    if (step instanceof SuccessStep) {
      return true;
    }
    return step instanceof PostgreSqlStep rows
        ? postgreSql.containsKey(rows.schema())
        : hive != null;
  }

  /** Does the steps of a unit whose files are in place, or what is left to do of them. */
  void run(LedgerEntry entry, Ledger ledger, Configuration hadoop) throws IOException {
    for (Step step : entry.steps()) {
      if (!knows(step)) {
        throw new JobException(
            ExitCode.FAILED,
            "unit %s is prepared, and this run has no connection for its step on %s; start the job %s with that in its configuration, which completes the unit"
                .formatted(entry.unit(), step.target(), entry.job()));
      }
      if (step instanceof HiveStep partitions) {
        hive.apply(partitions, entry, ledger);
      } else if (step instanceof PostgreSqlStep rows) {
        postgreSql.get(rows.schema()).apply(rows, entry, ledger, hadoop);
      } else if (step instanceof SuccessStep marks) {
        new SuccessMarks(hadoop).apply(marks, entry);
      }
    }
  }
}
