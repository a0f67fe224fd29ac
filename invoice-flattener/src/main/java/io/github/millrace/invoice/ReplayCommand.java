package io.github.millrace.invoice;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import io.github.millrace.config.StreamTrigger;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
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

  /** It ends when the quarantine is read again. */
  @Override
  protected List<String> ownOverrides() {
    return List.of("trigger=" + StreamTrigger.ALL_AVAILABLE);
  }

  @Override
  protected Job check(FlattenConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    return FlattenJob.check(config, adopt(), true, hadoop, problems);
  }
}
