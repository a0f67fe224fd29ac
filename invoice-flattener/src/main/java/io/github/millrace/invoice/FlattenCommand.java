package io.github.millrace.invoice;

import io.github.millrace.cli.Job;
import io.github.millrace.cli.JobCommand;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;

@Command(
    name = "flatten",
    description = "Reads new invoice files and writes a CSV row for each line item, twice.")
final class FlattenCommand extends JobCommand<FlattenConfig> {
  FlattenCommand() {
    super(FlattenConfig.class);
  }

  @Override
  protected Job check(FlattenConfig config, Configuration hadoop, List<String> problems)
      throws IOException {
    return FlattenJob.check(config, adopt(), false, hadoop, problems);
  }
}
