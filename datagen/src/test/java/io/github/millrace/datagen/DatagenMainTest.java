package io.github.millrace.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.invoice.InvoiceTruth;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.viewlog.ViewLogTruth;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class DatagenMainTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void invoicesAreWrittenAndSummed() throws IOException {
    Path data = directory.resolve("data");

    int exit = run("invoices --count 100 --seed 3 --bad-share 0.1 --files 2 --to " + data);

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    InvoiceTruth.Summary truth = InvoiceTruth.read(data).summary();
    assertThat(truth.seed()).isEqualTo(3);
    assertThat(out.toString())
        .contains(truth.records() + " records: " + truth.good() + " good")
        .contains("Truth: " + data.resolve("_truth.jsonl"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --count -5                              | --count is -5: give the number
          --count ten                             | --count
          --count 10 --bad-share 1.5              | --bad-share is 1.5: give a share from 0 to 1
          --count 10 --bad-share NaN              | --bad-share is NaN
          --count 10 --duplicate-share -0.1       | --duplicate-share is -0.1: give a share
          --count 10 --shape table                | 'table' is not a shape: give one of [lines,
          --count 10 --files 11                   | --files is 11: give a number from 1 to
          --count 10 --files 0                    | --files is 0: give a number from 1 to
          --count 10 --files 2 --shape document   | leave --files out
          --count 10 --colour red                 | --colour
          --seed 1                                | --count
          """)
  void wrongOptionsAreNamedWithTheirRemedy(String options, String message) {
    int exit = run("invoices --to " + directory.resolve("data") + " " + options);

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains(message).contains("'datagen invoices --help'");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void viewLogsAreWrittenAndSummed() throws IOException {
    Path data = directory.resolve("data");
    Path campaigns = directory.resolve("campaigns.csv");

    int exit =
        run(
            "view-logs --to files --count 100 --seed 3 --bad-share 0.1 --late-share 0.1 --dir %s --campaigns %s"
                .formatted(data, campaigns));

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    Summary truth = ViewLogTruth.read(data.resolve("_truth.jsonl")).summary();
    assertThat(truth.seed()).isEqualTo(3);
    assertThat(campaigns).exists();
    assertThat(out.toString())
        .contains("100 records: " + truth.good() + " good, " + truth.late() + " late")
        .contains("Truth: " + data.resolve("_truth.jsonl"))
        .contains("Campaigns: " + campaigns);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --to files                                    | --count is missing: --to files needs it
          --to files --count 1                          | --dir is missing: --to files needs it
          --to files --count 1 --dir @ --topic t        | --topic means nothing with --to files
          --to files --count 1 --dir @ --paced          | --paced means nothing with --to files
          --to files --count -1 --dir @                 | --count is -1: give the number of records
          --to files --count 1 --dir @ --rate 0         | --rate is 0: give records per second
          --to files --count 1 --dir @ --late-share 2   | --late-share is 2.0: give a share
          --to files --count 1 --dir @ --late-by 5      | is '5', must be a time such as '10 seconds'
          --to files --count 1 --dir @ --late-by 1s     | is '1s', must be a time such as '10 seconds'
          --to files --count 1 --dir @ --late-by "1 second" | --late-by is 1000 ms: give more than
          --to files --count 1 --dir @ --late-by "9 weeks" --out-of-order "2 hours" | --out-of-order is 7200000 ms: give a time
          --to files --count 1 --dir @ --start now      | 'now' is no instant: give one such as
          --to files --count 1 --dir @ --out-of-order "-1 day" | is '-1 day', must be a time such as
          --to files --count 9 --dir @ --files 10       | --files is 10: give a number from 1 to
          --to files --count 1 --dir @ --late-share 0.6 --bad-share 0.6 | together they can be 1
          --to kafka                                    | --bootstrap-servers is missing
          --to kafka --bootstrap-servers x:1            | --topic is missing: --to kafka needs it
          --to kafka --bootstrap-servers x:1 --topic t --dir @ | --dir means nothing with --to kafka
          --to kafka --bootstrap-servers x:1 --topic t --partitions 0 | --partitions is 0
          --to stdout                                   | 'stdout' is no target: give kafka or files
          """)
  void wrongOptionsOfViewLogsAreNamedWithTheirRemedy(String options, String message) {
    int exit = run("view-logs " + options.replace("@", directory.resolve("data").toString()));

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains(message).contains("'datagen view-logs --help'");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aSettingOfKafkaIsNeverShown() {
    int exit =
        run("view-logs --to kafka --bootstrap-servers x:1 --topic t --kafka-option hidden-secret");

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("--kafka-option has no '='").doesNotContain("hidden");
  }

  @Test
  void aDirectoryWithDataIsKeptUnlessToldOtherwise() throws IOException {
    String command = "invoices --count 10 --to " + directory;
    assertThat(run(command)).isZero();

    assertThat(run(command + " --seed 2")).isEqualTo(2);
    assertThat(err.toString()).contains(directory.toString()).contains("add --overwrite");
    assertThat(InvoiceTruth.read(directory).summary().seed()).isEqualTo(1);

    assertThat(run(command + " --seed 2 --overwrite")).isZero();
    assertThat(InvoiceTruth.read(directory).summary().seed()).isEqualTo(2);
  }

  @Test
  void overwriteKeepsWhatWasNotGenerated() throws IOException {
    Path notes = Files.writeString(directory.resolve("notes.txt"), "keep");

    assertThat(run("invoices --count 10 --overwrite --to " + directory)).isEqualTo(2);

    assertThat(err.toString()).contains("notes.txt");
    assertThat(notes).exists();
  }

  @Test
  void aFileInThePlaceOfTheDirectoryIsAUsageError() throws IOException {
    Path file = Files.writeString(directory.resolve("data"), "");

    assertThat(run("invoices --count 10 --to " + file)).isEqualTo(2);

    assertThat(err.toString()).contains("--to cannot be used").contains(file.toString());
  }

  @Test
  void aSubcommandIsNeeded() {
    assertThat(run("")).isEqualTo(2);
    assertThat(err.toString()).contains("No subcommand");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "invoices --version"})
  void theVersionIsOnEveryLevel(String command) {
    assertThat(run(command)).isZero();
    assertThat(out.toString()).startsWith("Millrace datagen ");
  }

  @Test
  void helpIsOnEveryLevel() {
    assertThat(run("--help")).isZero();
    assertThat(run("invoices --help")).isZero();
    assertThat(run("view-logs --help")).isZero();
    assertThat(out.toString())
        .contains("invoices")
        .contains("lines, document, array")
        .contains("view-logs")
        .contains("kafka, files");
  }

  /** As a shell does it: an argument with a space stands in double quotes. */
  private int run(String command) {
    String[] args =
        Pattern.compile("\"([^\"]*)\"|\\S+")
            .matcher(command)
            .results()
            .map(word -> word.group(1) == null ? word.group() : word.group(1))
            .toArray(String[]::new);
    CommandLine commandLine = DatagenMain.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }
}
