package io.github.millrace.source.kafka;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.KafkaConfig;
import io.github.millrace.record.RawRecords;
import io.github.millrace.record.Reason;
import io.github.millrace.record.SinkColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** The topics of a configuration, as raw records, and what the brokers say about them. */
public record KafkaSource(KafkaConfig config) {
  /** A column of Kafka's: the partition (INT) that a message lies in. */
  public static final String PARTITION = "partition";

  /** A column of Kafka's: a message's offset (BIGINT). */
  public static final String OFFSET = "offset";

  /** A column of Kafka's: when a message was sent, or came to a broker (TIMESTAMP). */
  public static final String TIMESTAMP = "timestamp";

  private static final String VALUE = RawRecords.VALUE;
  private static final String TOPIC = "topic";

  private static final String ISOLATION = "kafka." + ConsumerConfig.ISOLATION_LEVEL_CONFIG;
  private static final int PATIENCE_MILLIS = 15_000;

  /**
   * What there is in each partition.
   *
   * @param ids by topic; one changes when the topic is deleted and made again
   * @param first the first offset that Kafka still has
   * @param end the offset of the next message
   */
  public record State(Map<String, String> ids, Offsets first, Offsets end) {}

  /**
   * The messages as a stream, with Kafka's own columns; {@link #messages(Dataset)} takes them.
   *
   * @param most messages that the job can take in a batch, whatever the configuration says
   */
  public Dataset<Row> stream(SparkSession session, long most) {
    Map<String, String> options = sourceOptions();
    options.put("subscribe", String.join(",", config.topics()));
    options.put("startingOffsets", config.startingOffsets());
    Long asked = config.maxOffsetsPerTrigger();
    long inBatch = asked == null ? most : Math.min(asked, most);
    if (inBatch < Long.MAX_VALUE) {
      options.put("maxOffsetsPerTrigger", Long.toString(inBatch));
    }
    return session.readStream().format("kafka").options(options).load();
  }

  /** The messages of some ranges of offsets, as {@link #messages(Dataset)} has them. */
  public Dataset<Row> batch(SparkSession session, OffsetRanges ranges) {
    Map<String, String> options = sourceOptions();
    options.put("assign", ranges.until().partitionsToJson());
    options.put("startingOffsets", ranges.starts().toJson());
    options.put("endingOffsets", ranges.until().toJson());
    return messages(session.read().format("kafka").options(options).load());
  }

  /** Of Spark's source, whose end offsets keep to the isolation level as its reading does. */
  public Map<String, String> sourceOptions() {
    // By Kafka's own, a megabyte and 500 messages, a task spends much of its time on asking. And
    // once it has read all, Spark asks where the partition ends: that waits behind a fetch which
    // the broker holds back for messages to come, by Kafka's own for half a second.
    Map<String, String> options =
        new HashMap<>(
            Map.of(
                "kafka.max.partition.fetch.bytes",
                Integer.toString(4 << 20),
                "kafka.max.poll.records",
                "20000",
                "kafka.fetch.max.wait.ms",
                "20"));
    config.options().forEach((key, value) -> options.put("kafka." + key, value));
    options.put(ISOLATION, config.isolation());
    options.put("kafka.bootstrap.servers", config.bootstrapServers());
    options.put("failOnDataLoss", "true");
    if (config.minPartitions() != null) {
      options.put("minPartitions", config.minPartitions().toString());
    }
    return options;
  }

  /** Gives messages with Kafka's own columns those of {@link #messages(Dataset, Column)}. */
  public static Dataset<Row> messages(Dataset<Row> kafka) {
    return messages(kafka, col(TOPIC));
  }

  /**
   * Gives messages the columns of {@link RawRecords}.
   *
   * @param stored {@code value BINARY}, {@code partition INT}, {@code offset BIGINT}, {@code
   *     timestamp TIMESTAMP}
   * @return rows of {@link RawRecords}, and {@code partition INT}, {@code offset BIGINT} and {@code
   *     timestamp TIMESTAMP} (the message's own)
   */
  public static Dataset<Row> messages(Dataset<Row> stored, Column topic) {
    Column source =
        struct(
            lit(null).cast(DataTypes.StringType).as("file"),
            topic.as("topic"),
            col(PARTITION),
            col(OFFSET),
            col(TIMESTAMP),
            lit(null).cast(DataTypes.StringType).as("shape"),
            lit(null).cast(DataTypes.StringType).as("header"),
            lit(null).cast(DataTypes.LongType).as("line"));
    return stored.select(
        col(VALUE),
        source.as(RawRecords.SOURCE),
        when(col(VALUE).isNull(), lit(Reason.BLANK.of("the message has no value")))
            .as(RawRecords.PROBLEM),
        lit(null).cast(SinkColumns.TALLY_RECORD).as(RawRecords.TALLY),
        col(PARTITION),
        col(OFFSET),
        col(TIMESTAMP));
  }

  /**
   * Asks the brokers.
   *
   * @throws JobException if none answers or there is no such topic
   */
  public State state() {
    return ask(
        admin -> {
          Map<String, TopicDescription> topics = descriptions(admin);
          Map<String, String> ids = new TreeMap<>();
          topics.forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
          return new State(
              ids,
              offsets(admin, topics, OffsetSpec.earliest()),
              offsets(admin, topics, OffsetSpec.latest()));
        });
  }

  /**
   * The messages that wait.
   *
   * @param all of them
   * @param heldBack those behind the beginning of a transaction that has not ended, which cannot be
   *     read before it has
   */
  public record Lag(long all, long heldBack) {
    @Override
    public String toString() {
      return heldBack == 0
          ? String.format(Locale.ROOT, "%,d messages", all)
          : String.format(
              Locale.ROOT, "%,d messages (%,d behind an open transaction)", all, heldBack);
    }
  }

  /**
   * How many messages wait, as a client that is kept finds it: a new one takes longer to connect
   * than a small batch.
   *
   * @param read the offset after the last one read, by partition
   * @throws JobException if no broker answers
   */
  public Lag lag(Admin admin, Offsets read) {
    Map<String, TopicDescription> topics = descriptions(admin);
    Offsets end = offsets(admin, topics, OffsetSpec.latest());
    long all = new OffsetRanges(read, end).size();
    if (all == 0 || !config.readsCommitted()) {
      return new Lag(all, 0);
    }
    Offsets readable = offsets(admin, topics, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    // What was read by other settings may lie behind it.
    Map<TopicPartition, Long> until = new HashMap<>();
    readable.forEach(
        (partition, to) -> until.put(partition, Math.max(to, read.orBeginning(partition))));
    return new Lag(all, new OffsetRanges(new Offsets(until), end).size());
  }

  /**
   * The partitions that have messages behind those read, also behind an open transaction.
   *
   * @param read as in {@link #lag}
   * @throws JobException if no broker answers
   */
  public Set<Integer> unread(Admin admin, Offsets read) {
    Set<Integer> partitions = new TreeSet<>();
    offsets(admin, descriptions(admin), OffsetSpec.latest())
        .forEach(
            (partition, end) -> {
              if (end > read.orBeginning(partition)) {
                partitions.add(partition.partition());
              }
            });
    return partitions;
  }

  /** A client of the brokers, to be closed. */
  public Admin admin() {
    Map<String, Object> settings = new HashMap<>(config.options());
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    int whole = millis(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, whole);
    // Not longer than the whole, which Kafka refuses; a consumer may wait longer for one answer.
    int request = Math.min(whole, millis(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG));
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, request);
    try {
      return Admin.create(settings);
    } catch (KafkaException e) {
      throw notCreated(e);
    }
  }

  private int millis(String option) {
    String set = config.options().get(option);
    return set == null ? PATIENCE_MILLIS : Integer.parseInt(set.trim());
  }

  /** No broker has been asked yet, so it is the settings. */
  private JobException notCreated(KafkaException e) {
    if (KafkaChecks.knowsNoHost(config)) {
      // A name service may be out of order for a while.
      return new JobException(
          ExitCode.FAILED,
          "kafka.bootstrapServers: is '%s', and the name of no host in it is known here; correct it"
              .formatted(config.bootstrapServers()),
          e);
    }
    String why = message(e.getCause() == null ? e : e.getCause());
    if (config.options().containsKey("sasl.jaas.config") && why.contains("JAAS config")) {
      // Neither what Kafka says nor its exception, for it quotes what may be of a password.
      return new JobException(
          ExitCode.USAGE,
          "kafka.options.sasl.jaas.config: cannot be read; see that it ends with ;, and that each value stands in quotes, with \\ before a quote or backslash in it");
    }
    return new JobException(
        ExitCode.USAGE,
        "Kafka's client refuses the settings: %s; correct kafka.options".formatted(why),
        e);
  }

  /**
   * The first offset, by partition, of a message sent at a time or later; the end if there is none.
   */
  public Offsets offsetsAt(long millis) {
    return ask(
        admin -> {
          Map<String, TopicDescription> topics = descriptions(admin);
          Offsets end = offsets(admin, topics, OffsetSpec.latest());
          return offsets(admin, topics, OffsetSpec.forTimestamp(millis))
              .with(end, (offset, last) -> offset < 0 ? last : offset);
        });
  }

  private Map<String, TopicDescription> descriptions(Admin admin) {
    Map<String, TopicDescription> topics = new TreeMap<>();
    for (String name : config.topics()) {
      topics.put(
          name,
          get(() -> admin.describeTopics(List.of(name)).topicNameValues().get(name).get(), name));
    }
    return topics;
  }

  private Offsets offsets(Admin admin, Map<String, TopicDescription> topics, OffsetSpec spec) {
    return offsets(admin, topics, spec, IsolationLevel.READ_UNCOMMITTED);
  }

  private Offsets offsets(
      Admin admin,
      Map<String, TopicDescription> topics,
      OffsetSpec spec,
      IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(p -> asked.put(new TopicPartition(name, p.partition()), spec)));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        get(
            () -> admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all().get(),
            config.topic());
    Map<TopicPartition, Long> offsets = new HashMap<>();
    found.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return new Offsets(offsets);
  }

  private <T> T ask(Function<Admin, T> question) {
    try (Admin admin = admin()) {
      return question.apply(admin);
    }
  }

  /** A question to Kafka. */
  private interface Question<T> {
    T ask() throws ExecutionException, InterruptedException;
  }

  private <T> T get(Question<T> question, String topic) {
    try {
      return question.ask();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new JobException(
            ExitCode.FAILED,
            "topic '%s' does not exist at %s; create it, or correct kafka.topic"
                .formatted(topic, config.bootstrapServers()),
            e);
      }
      throw unanswered(topic, message(e.getCause()), remedy(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered(topic, "the run was interrupted", "start it again", e);
    }
  }

  private JobException unanswered(String topic, String why, String remedy, Throwable cause) {
    return new JobException(
        ExitCode.FAILED,
        "Kafka at %s cannot be asked about topic '%s': %s; %s"
            .formatted(config.bootstrapServers(), topic, why, remedy),
        cause);
  }

  private String remedy(Throwable cause) {
    if (cause instanceof SslAuthenticationException) {
      return "check the ssl. settings in kafka.options: the truststore must vouch for the brokers, and"
          + " their certificate for the names in kafka.bootstrapServers";
    }
    if (cause instanceof AuthenticationException) {
      return "check the sasl. settings in kafka.options";
    }
    if (cause instanceof AuthorizationException) {
      return "grant the user Describe and Read on the topic, or correct the login in kafka.options";
    }
    if (cause instanceof UnsupportedVersionException) {
      return "the brokers are too old for this client";
    }
    if (cause instanceof RetriableException) {
      return "see that the brokers run, and check kafka.bootstrapServers and security.protocol in"
          + " kafka.options";
    }
    return "check kafka.options and the brokers' log";
  }

  /** The messages of a chain of causes, each said once, without the names of Kafka's own parts. */
  private static String message(Throwable thrown) {
    List<String> messages = new ArrayList<>();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
      String next = t.getCause() == null ? null : t.getCause().getMessage();
      if (!message.startsWith("Failed to create new ")
          && (next == null || !message.contains(next))) {
        messages.add(message.strip());
      }
    }
    return String.join(": ", messages).replaceAll("\\s*\\R\\s*", " ");
  }

  /**
   * Checks that what the checkpoint has not read is still there, and that it is the same topic.
   *
   * @param reached the next offset that the checkpoint will read, by partition
   * @throws JobException with {@link ExitCode#INTEGRITY} if messages would be passed over
   */
  public void checkReached(State state, Offsets reached) {
    reached.forEach(
        (partition, offset) -> {
          Long first = state.first().get(partition);
          Long end = state.end().get(partition);
          if (!config.topics().contains(partition.topic())) {
            throw refused(
                partition,
                "the checkpoint has read it, and kafka.topic does not name it any more; name it again, or begin anew with an empty checkpoint and output");
          }
          if (first == null || end < offset) {
            throw refused(
                partition,
                "the checkpoint has read up to offset %d, but there %s: the topic was deleted and"
                        .formatted(
                            offset,
                            first == null ? "is no such partition" : "are only " + end + " offsets")
                    + " created again. To read the new topic, begin anew with an empty checkpoint"
                    + " and output");
          }
          if (first > offset) {
            throw refused(
                partition,
                "the checkpoint goes on at offset %d, but Kafka's first is %d: retention has dropped"
                        .formatted(offset, first)
                    + " %d messages unread. Raise the topic's retention.ms; to go on without them,"
                        .formatted(first - offset)
                    + " begin anew with an empty checkpoint and output");
          }
        });
  }

  /** What ends a run that would pass over messages of a partition. */
  public static JobException refused(TopicPartition partition, String why) {
    return new JobException(
        ExitCode.INTEGRITY,
        "topic '%s', partition %d: %s".formatted(partition.topic(), partition.partition(), why));
  }
}
