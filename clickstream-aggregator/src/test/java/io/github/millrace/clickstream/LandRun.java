package io.github.millrace.clickstream;

import io.github.millrace.testkit.JobRun;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One feed in a directory of its own, and what it has left there. */
final class LandRun extends JobRun {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path FEEDS = Path.of("src/main/resources/config/feeds.yaml");

  private final String feed;

  private LandRun(Path root, String feed, List<String> settings) {
    super(root, root.resolve("landed").resolve(feed), settings.toArray(String[]::new));
    this.feed = feed;
  }

  /** A feed that is a topic, which is made. */
  static LandRun ofTopic(Path root, Kafka kafka, String feed, String topic, int partitions) {
    kafka.createTopic(topic, partitions);
    return new LandRun(
        root,
        feed,
        List.of(
            "output=" + root.resolve("landed"),
            "kafka.bootstrapServers=" + kafka.bootstrapServers(),
            "feeds." + feed + ".kafka.topic=" + topic));
  }

  /** A feed of files, in the directory {@code in}. */
  static LandRun ofFiles(Path root, String feed) throws IOException {
    Files.createDirectories(root.resolve("in"));
    return new LandRun(
        root,
        feed,
        List.of(
            "output=" + root.resolve("landed"),
            "feeds." + feed + ".files.path=" + root.resolve("in")));
  }

  Path output() {
    return root().resolve("landed").resolve(feed);
  }

  /** Runs a command for the feed, by the configuration that ships. */
  SparkSubmit.Result run(String command, String... settings) {
    return submitted(command, settings).warm().run(PATIENCE);
  }

  SparkSubmit submitted(String command, String... settings) {
    SparkSubmit submit = submit(command, feed, "--config", FEEDS.toAbsolutePath().toString());
    for (String setting : settings) {
      submit.args("--set", setting);
    }
    return submit;
  }

  /** Runs a command by this configuration alone. */
  static SparkSubmit.Result run(Path config, String... args) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .args(args)
        .args("--config", config.toString())
        .warm()
        .run(PATIENCE);
  }

  /** Landed files, relative to the feed's directory. */
  List<String> landed() {
    return listing(output()).stream()
        .filter(file -> !file.startsWith("_") && !file.endsWith("/_SUCCESS"))
        .toList();
  }

  /** The hours that are marked as complete. */
  List<String> complete() {
    return listing(output()).stream()
        .filter(file -> file.endsWith("/_SUCCESS"))
        .map(file -> file.substring(0, file.lastIndexOf('/')))
        .sorted()
        .toList();
  }

  /** The directories that they lie in. */
  List<String> hours() {
    return landed().stream()
        .map(file -> file.substring(0, file.lastIndexOf('/')))
        .distinct()
        .toList();
  }

  /** What a query finds in Parquet files; its rows' values, separated by {@code |}. */
  List<String> query(String select, String files) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      ResultSet rows =
          statement.executeQuery(
              select.replace("FILES", "read_parquet('%s/%s')".formatted(output(), files)));
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(rows.getString(i)));
        }
        found.add(String.join("|", values));
      }
    }
    return found;
  }

  long total(String count) {
    return ledger().stream().mapToLong(e -> e.get("counts").get(count).longValue()).sum();
  }

  /** As messages of their moment, to partition 0. */
  static List<Kafka.Message> messages(List<String> records) {
    return records.stream()
        .map(record -> new Kafka.Message(0, null, null, record.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }
}
