package io.github.millrace.invoice;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.publish.Publisher;
import io.github.millrace.stream.Replay;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;

@Command(
    name = "replay",
    description =
        "Feeds the quarantined invoices through flatten again, each once, say after the contract"
            + " was changed.")
final class ReplayCommand extends JobCommand<FlattenConfig> {
  ReplayCommand() {
    super(FlattenConfig.class);
  }

  @Override
  protected Job check(FlattenConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    FlattenJob flatten = FlattenJob.check(config.bounded(), adopt(), hadoop, problems);
    return flatten == null ? null : new ReplayJob(flatten, hadoop);
  }

  /** Moves the quarantined invoices back to the input, then flattens what is there. */
  private record ReplayJob(FlattenJob flatten, Configuration hadoop) implements Job {
    @Override
    public Map<String, String> sessionSettings() {
      return flatten.sessionSettings();
    }

    @Override
    public String describe() {
      return "would read " + flatten.config().destinations().quarantine() + " again";
    }

    @Override
    public void run(SparkSession session, Consumer<String> out) throws IOException {
      new Publisher(flatten.config().destinations(), hadoop).recover(flatten.checkpoint().id());
      long records = Replay.returnToInput(flatten.config().destinations(), hadoop);
      out.accept("%,d quarantined records are read again".formatted(records));
      flatten.run(session, out);
    }
  }
}
