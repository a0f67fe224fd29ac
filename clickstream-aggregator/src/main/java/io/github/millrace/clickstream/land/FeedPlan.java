package io.github.millrace.clickstream.land;

import io.github.millrace.clickstream.config.ClickstreamConfig;
import io.github.millrace.clickstream.config.Feed;
import io.github.millrace.clickstream.config.UnknownType;
import io.github.millrace.config.Directories;
import io.github.millrace.config.KafkaConfig;
import io.github.millrace.config.Location;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.DirectoryTable;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.source.file.FileInput;
import io.github.millrace.source.kafka.KafkaPreflight;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.stream.BatchWork;
import io.github.millrace.stream.Checkpoint;
import io.github.millrace.stream.StreamQuery;
import io.github.millrace.stream.Takeover;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.types.StructType;

/**
 * A feed that has been checked against the world: what all commands work from.
 *
 * @param warnings what the user should look at, and what hinders nothing
 */
public record FeedPlan(
    String name,
    Feed feed,
    ClickstreamConfig config,
    Contract contract,
    Checkpoint checkpoint,
    List<String> warnings,
    Configuration hadoop) {

  private static final String JOB = "clickstream-aggregator land ";

  /** As a directory is called, and a function of Spark's. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /**
   * Checks feeds, and everything outside the configuration itself.
   *
   * @param names of the feeds
   * @return one for each feed, if there was no problem
   */
  public static List<FeedPlan> check(
      ClickstreamConfig config,
      List<String> names,
      boolean adopt,
      Configuration hadoop,
      List<String> problems)
      throws IOException {
    checkZone(config, problems);
    List<FeedPlan> plans = new ArrayList<>();
    for (String name : names.stream().distinct().toList()) {
      Feed feed = config.feeds().get(name);
      if (feed == null) {
        problems.add(
            "feed '%s': is not in the configuration, which has %s"
                .formatted(
                    name,
                    config.feeds().isEmpty()
                        ? "none"
                        : String.join(", ", new TreeMap<>(config.feeds()).keySet())));
      } else {
        List<String> own = new ArrayList<>();
        FeedPlan plan = new Check(name, feed, config, hadoop, own).plan(adopt);
        own.forEach(problem -> problems.add("feeds." + name + "." + problem));
        plans.add(plan);
      }
    }
    return plans;
  }

  private static void checkZone(ClickstreamConfig config, List<String> problems) {
    try {
      config.zoneId();
    } catch (DateTimeException e) {
      problems.add(
          "zone: is '%s', must be a time zone such as UTC or Europe/Berlin"
              .formatted(config.zone()));
    }
  }

  /** The checks of one feed; problems begin with a key of the feed. */
  private record Check(
      String name,
      Feed feed,
      ClickstreamConfig config,
      Configuration hadoop,
      List<String> problems) {

    FeedPlan plan(boolean adopt) throws IOException {
      if (!NAME.matcher(name).matches()) {
        problems.add("name: is '%s', must be of small letters, digits and -".formatted(name));
      }
      directories().check(hadoop, problems);
      Optional<Contract> contract = new ContractSource(feed.contract()).check(hadoop, problems);
      contract.ifPresent(read -> problems.addAll(Columns.problems(read, feed)));
      checkTable();
      List<String> warnings = new ArrayList<>();
      if (feed.readsTopic() == (feed.files().path() != null)) {
        problems.add(
            "kafka.topic, files.path: %s is set; set one of them"
                .formatted(feed.readsTopic() ? "each" : "neither"));
        return null;
      }
      Optional<KafkaPreflight> kafka =
          feed.readsTopic()
              ? Optional.of(KafkaPreflight.ofConfig(topic(), problems, warnings))
              : Optional.empty();
      if (!problems.isEmpty()) {
        return null;
      }
      Map<String, String> settings = settings(contract.orElseThrow());
      Checkpoint checkpoint =
          kafka.isPresent()
              ? checkTopic(kafka.get(), contract.get(), settings)
              : checkpoint(contract.get(), settings, Takeover.of(adopt));
      return new FeedPlan(
          name, feed, config, contract.get(), checkpoint, List.copyOf(warnings), hadoop);
    }

    private void checkTable() {
      if (feed.table() == null) {
        return;
      }
      if (feed.format() != Format.PARQUET) {
        problems.add(
            "table: is '%s', but Hive and Spark do not read a table of %s alike; set format to parquet, or leave the table out"
                .formatted(feed.table(), feed.format()));
      }
      config.feeds().entrySet().stream()
          .filter(other -> !other.getKey().equals(name))
          .filter(other -> feed.table().equalsIgnoreCase(other.getValue().table()))
          .forEach(
              other ->
                  problems.add(
                      "table: is '%s', as that of feed '%s'; give each its own"
                          .formatted(feed.table(), other.getKey())));
    }

    private Directories directories() {
      return new Directories("output")
          .reads("files.path", feed.files().path())
          .writes("output", outputOf(config, name))
          .writes("checkpoint", checkpointOf(config, name));
    }

    private KafkaConfig topic() {
      return feed.kafka().at(config.kafka());
    }

    private Checkpoint checkTopic(
        KafkaPreflight kafka, Contract contract, Map<String, String> settings) throws IOException {
      String path = checkpointOf(config, name).path();
      KafkaSource.State state = kafka.state(path, hadoop, problems);
      if (!problems.isEmpty()) {
        return null;
      }
      long lastBatch = Checkpoint.lastBatch(path, hadoop);
      kafka.checkNext(state, path, lastBatch, hadoop);
      settings.put("topic", topic().topic() + " (id " + state.ids().get(topic().topic()) + ")");
      // What another checkpoint has read of a topic, no ledger says in a form to go on from.
      Checkpoint checkpoint = checkpoint(contract, settings, Takeover.IMPOSSIBLE);
      if (lastBatch >= 0 && !checkpoint.hasPublished(lastBatch)) {
        // It is read again from its beginning.
        kafka.checkAgain(state, path, lastBatch, hadoop);
      }
      return checkpoint;
    }

    private Checkpoint checkpoint(
        Contract contract, Map<String, String> settings, Takeover takeover) throws IOException {
      return Checkpoint.check(
          checkpointOf(config, name).path(),
          JOB + name,
          settings,
          contract.keeping(Columns.needed(contract, feed)),
          outputOf(config, name, feed, contract),
          takeover,
          hadoop);
    }

    /** What must not change over the life of a checkpoint, for landed files are read together. */
    private Map<String, String> settings(Contract contract) {
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("contract id", contract.id());
      settings.put("output", outputOf(config, name).path());
      settings.put("zone", config.zoneId().getId());
      settings.put("eventTime", feed.eventTime());
      settings.put("format", feed.format().toString());
      settings.put("onUnknownType", feed.onUnknownType().toString());
      return settings;
    }
  }

  private static Location outputOf(ClickstreamConfig config, String feed) {
    return config.output().child(feed);
  }

  private static Location checkpointOf(ClickstreamConfig config, String feed) {
    return config.checkpoint().child(feed);
  }

  private static Output outputOf(
      ClickstreamConfig config, String name, Feed feed, Contract contract) {
    return new Output(
        List.of(new Output.Destination(name, outputOf(config, name).path())),
        feed.format(),
        new Landing(feed, key(name), contract, config.zoneId()).layout(),
        null,
        null,
        null);
  }

  /** Of its contract, among those of the session. */
  private static String key(String feed) {
    return feed.replace('-', '_');
  }

  Output output() {
    return outputOf(config, name, feed, contract);
  }

  String job() {
    return JOB + name;
  }

  Landing landing() {
    return new Landing(feed, key(name), contract, config.zoneId());
  }

  KafkaSource topic() {
    return new KafkaSource(feed.kafka().at(config.kafka()));
  }

  FileInput files() {
    return feed.files().input(output().replayed(), contract.columnNames());
  }

  LedgerEntry.ContractVersion contractVersion() {
    return new LedgerEntry.ContractVersion(contract.id(), contract.version());
  }

  SparkSettings sparkSettings() {
    Map<String, String> settings =
        new TreeMap<>(
            ContractCatalog.settings(
                key(name), new ContractSource(feed.contract()), Columns.needed(contract, feed)));
    if (!feed.readsTopic()) {
      settings.putAll(
          ContractCatalog.settings(
              key(name), feed.files().csv().format(contract.columnNames()).dialect()));
    }
    SparkSettings hive = feed.table() == null ? SparkSettings.NONE : config.hive().sparkSettings();
    // Spark's own default has no statistics in its files, which spare readers of a few hours a day.
    return new SparkSettings(
            settings, Map.of("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"))
        .plus(hive);
  }

  /** The Hive tables of what is landed, one for each kind of record; none if the feed has none. */
  List<DirectoryTable> tables() {
    if (feed.table() == null) {
      return List.of();
    }
    Map<String, StructType> kinds = new LinkedHashMap<>(Columns.of(contract, feed).types(contract));
    if (contract.variantBy() != null && feed.onUnknownType() == UnknownType.LAND) {
      kinds.put(Columns.UNKNOWN, Landing.RAW);
    }
    List<DirectoryTable> tables = new ArrayList<>();
    kinds.forEach(
        (kind, columns) ->
            tables.add(
                new DirectoryTable(
                    config.hive().database(),
                    Columns.table(feed, kind),
                    directory(kind),
                    columns,
                    Columns.PARTITIONS)));
    return tables;
  }

  /** When its hours are complete. */
  HourRule hourRule() {
    return new HourRule(
        config.zoneId(), feed.completeAfter(), feed.readsTopic() ? feed.idleAfter() : null);
  }

  /** The directories that have its dates: of each kind of record. */
  List<String> kindDirectories() {
    List<String> kinds = new ArrayList<>(Columns.of(contract, feed).kinds().keySet());
    if (contract.variantBy() != null && feed.onUnknownType() == UnknownType.LAND) {
      kinds.add(Columns.UNKNOWN);
    }
    return kinds.stream().map(this::directory).toList();
  }

  private String directory(String kind) {
    return kind.equals(Columns.ONLY)
        ? output().root()
        : output().root()
            + "/"
            + ExternalCatalogUtils.getPartitionPathString(contract.variantBy(), kind);
  }

  /** What the feed is, in a few words. */
  String described() {
    return "%s by contract %s %s into %s"
        .formatted(
            feed.readsTopic() ? "the topic " + feed.kafka().topic() : feed.files().path().path(),
            contract.id(),
            contract.version(),
            output().root());
  }

  StreamQuery query(
      Dataset<Row> raw,
      StreamTrigger trigger,
      StreamQuery.BeforeStart beforeStart,
      BatchWork work,
      CommitSteps steps) {
    return new StreamQuery(
        job(),
        raw,
        output(),
        checkpoint,
        feed.stream(checkpointOf(config, name), trigger),
        contractVersion(),
        beforeStart,
        null,
        work,
        steps);
  }
}
