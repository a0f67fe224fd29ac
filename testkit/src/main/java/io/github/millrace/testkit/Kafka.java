package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A real Kafka: one broker that is its own controller (KRaft) in a JVM of its own, on free ports,
 * in a temporary directory. It listens twice, without a login and with one (SASL/PLAIN), and makes
 * no topic by itself.
 */
public final class Kafka implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration REQUEST = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final String USER = "millrace";
  private static final String PASSWORD = "mill-pond-42";
  private static final short ONE_REPLICA = 1;

  private final Optional<ScratchDir> own;
  private final String bootstrapServers;
  private final String saslBootstrapServers;
  private final Admin admin;
  private Optional<ChildProcess> broker = Optional.empty();

  /** A record to send. */
  public static final class Message {
    private final Integer partition;
    private final Long timestampMillis;
    private final byte[] key;
    private final byte[] value;

    /**
     * Makes a record.
     *
     * @param partition where to, or null: by the key, or anywhere if there is none
     * @param timestampMillis the record's time in milliseconds since 1970, or null: now
     * @param key the key, or null
     * @param value the value, or null for a tombstone
     */
    public Message(Integer partition, Long timestampMillis, byte[] key, byte[] value) {
      this.partition = partition;
      this.timestampMillis = timestampMillis;
      this.key = key;
      this.value = value;
    }

    /** Makes a record of a value alone, which may be null for a tombstone. */
    public static Message of(byte[] value) {
      return new Message(null, null, null, value);
    }

    private ProducerRecord<byte[], byte[]> to(String topic) {
      return new ProducerRecord<>(topic, partition, timestampMillis, key, value);
    }
  }

  Kafka(String bootstrapServers, String saslBootstrapServers, Optional<ScratchDir> own) {
    this.bootstrapServers = bootstrapServers;
    this.saslBootstrapServers = saslBootstrapServers;
    this.own = own;
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /**
   * Starts a Kafka without topics and waits until it takes requests.
   *
   * @throws IllegalStateException with the end of the log, if it does not come up
   */
  public static Kafka start() {
    ScratchDir dir = ScratchDir.create("kafka");
    List<Integer> ports = Ports.free(3);
    Kafka kafka =
        new Kafka("localhost:" + ports.get(0), "localhost:" + ports.get(1), Optional.of(dir));
    write(settings(dir), kafka.serverProperties(dir, "localhost:" + ports.get(2)));
    try {
      format(dir);
      kafka.startBroker();
      return kafka;
    } catch (RuntimeException e) {
      dir.keep();
      kafka.close();
      throw e;
    }
  }

  /**
   * Returns the Kafka that all JVMs of a run of {@code bin/test} share; outside of a run starts
   * one. Take topics of your own there, and do not make it fail.
   *
   * @throws IllegalStateException with the end of the log, if it does not come up
   */
  public static Kafka ofRun() {
    return RunServers.address(RunServers.Kind.KAFKA)
        .map(address -> address.split(" "))
        .map(servers -> new Kafka(servers[0], servers[1], Optional.empty()))
        .orElseGet(Kafka::start);
  }

  /** Returns what {@link #ofRun} finds it by: both its listeners. */
  String address() {
    return bootstrapServers + " " + saslBootstrapServers;
  }

  /** Returns {@code localhost:PORT}, where no login is needed. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns {@code localhost:PORT}, where a client must log in: SASL_PLAINTEXT with PLAIN. */
  public String saslBootstrapServers() {
    return saslBootstrapServers;
  }

  /** Returns the one user who may log in. */
  public String user() {
    return USER;
  }

  /** Returns that user's password. */
  public String password() {
    return PASSWORD;
  }

  /**
   * Returns the settings with which a client logs in at {@link #saslBootstrapServers}.
   *
   * @param password {@link #password()}, or another to be refused
   */
  public Map<String, String> saslOptions(String password) {
    String jaas =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(USER, password);
    return Map.of(
        "security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN", "sasl.jaas.config", jaas);
  }

  /** Returns the client that lives as long as this Kafka; do not close it. */
  public Admin admin() {
    return admin;
  }

  /** Makes a topic as {@link #createTopic(String, int, Map)} does, with the broker's settings. */
  public void createTopic(String topic, int partitions) {
    createTopic(topic, partitions, Map.of());
  }

  /**
   * Makes a topic, and returns when it can be written to.
   *
   * @param options the topic's own settings, such as {@code retention.ms}
   * @throws IllegalStateException with Kafka's reason, if it exists or an option is wrong
   */
  public void createTopic(String topic, int partitions, Map<String, String> options) {
    NewTopic newTopic = new NewTopic(topic, partitions, ONE_REPLICA).configs(options);
    get("make topic " + topic, admin.createTopics(List.of(newTopic)).all());
    Await.until("topic " + topic, REQUEST, () -> topics().contains(topic) && usable(Set.of(topic)));
  }

  /**
   * Deletes a topic, and returns when it is gone, so that one of that name can be made again.
   *
   * @throws IllegalStateException with Kafka's reason, if there is none
   */
  public void deleteTopic(String topic) {
    get("delete topic " + topic, admin.deleteTopics(List.of(topic)).all());
    Await.until("the end of topic " + topic, REQUEST, () -> !topics().contains(topic));
  }

  /**
   * Sends the records in this order, and returns when the broker has them all.
   *
   * @throws IllegalStateException with Kafka's reason, if it does not take one
   */
  public void send(String topic, List<Message> messages) {
    Map<String, Object> options =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            (int) REQUEST.toMillis(),
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) REQUEST.toMillis() / 2);
    List<Future<RecordMetadata>> sent = new ArrayList<>(messages.size());
    // A producer for each call: a lasting one would know a topic that was made anew by its old id.
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
      messages.forEach(message -> sent.add(producer.send(message.to(topic))));
    }
    sent.forEach(record -> get("send to topic " + topic, record));
  }

  /**
   * Returns what the topic holds now, by partition and offset.
   *
   * @throws IllegalStateException if there is no such topic or its records do not come in time
   */
  public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    endOffsets(topic)
        .forEach((partition, end) -> ends.put(new TopicPartition(topic, partition), end));
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();
    Map<String, Object> options = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      Await.until(
          "the records of topic " + topic,
          REQUEST,
          () -> {
            while (!atEnd(consumer, ends)) {
              ConsumerRecords<byte[], byte[]> polled = consumer.poll(PROBE);
              if (polled.isEmpty()) {
                return false;
              }
              for (TopicPartition partition : polled.partitions()) {
                read.computeIfAbsent(partition, key -> new ArrayList<>())
                    .addAll(polled.records(partition));
              }
            }
            return true;
          });
    }
    return read.entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> Integer.compare(a.partition(), b.partition())))
        .flatMap(entry -> entry.getValue().stream())
        .filter(record -> record.offset() < ends.get(partitionOf(record)))
        .toList();
  }

  /**
   * Deletes the records of a partition that come before an offset, as time does in life.
   *
   * @throws IllegalStateException with Kafka's reason, if it has no such offset
   */
  public void deleteRecordsBefore(String topic, int partition, long offset) {
    Map<TopicPartition, RecordsToDelete> deleted =
        Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset));
    get("delete records of topic " + topic, admin.deleteRecords(deleted).all());
  }

  /**
   * Returns for each partition the offset that its next record will have.
   *
   * @throws IllegalStateException with Kafka's reason, if there is no such topic
   */
  public Map<Integer, Long> endOffsets(String topic) {
    String action = "find the ends of topic " + topic;
    TopicDescription described =
        get(action, admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic);
    Map<Integer, Long> ends = new TreeMap<>();
    get(action, admin.listOffsets(latest(described)).all())
        .forEach((partition, info) -> ends.put(partition.partition(), info.offset()));
    return ends;
  }

  /**
   * Kills the broker, and returns when it is gone. What it has acknowledged stays.
   *
   * @throws IllegalStateException if it does not run
   */
  public void stopBroker() {
    own();
    if (broker.isEmpty()) {
      throw new IllegalStateException("The broker does not run: call startBroker first");
    }
    stopProcess();
  }

  /**
   * Starts the broker again on its ports and data, and returns when all partitions can be used.
   *
   * @throws IllegalStateException if it runs, or with the end of the log, if it does not come up
   */
  public void startBroker() {
    if (broker.isPresent()) {
      throw new IllegalStateException("The broker runs: call stopBroker first");
    }
    ScratchDir dir = own();
    ChildProcess process =
        jvm("broker", "kafka.Kafka", dir).args(settings(dir).toString()).start(dir.path());
    broker = Optional.of(process);
    process.awaitReady(
        "its answer at " + bootstrapServers, START, () -> registered() && usable(topics()));
  }

  /** Stops the broker and deletes its data, if this JVM started it. */
  @Override
  public void close() {
    admin.close(Duration.ZERO);
    stopProcess();
    own.ifPresent(ScratchDir::close);
  }

  private ScratchDir own() {
    return own.orElseThrow(
        () ->
            new IllegalStateException(
                "The broker at %s is the whole run's: start one of your own to disturb it"
                    .formatted(bootstrapServers)));
  }

  private static Path settings(ScratchDir dir) {
    return dir.path().resolve("server.properties");
  }

  private void stopProcess() {
    // Killed, for nothing of it is needed any more and a gentle end takes seconds.
    broker.ifPresent(ChildProcess::kill);
    broker = Optional.empty();
  }

  private static void format(ScratchDir dir) {
    ChildJvm jvm =
        jvm("format", "kafka.tools.StorageTool", dir)
            .args("format", "-t", Uuid.randomUuid().toString(), "-c", settings(dir).toString());
    try (ChildProcess process = jvm.start(dir.path())) {
      int exitCode = process.awaitExit(START);
      if (exitCode != 0) {
        throw new IllegalStateException(
            "StorageTool format ended with exit code " + exitCode + "\n" + process.describeLogs());
      }
    }
  }

  private static ChildJvm jvm(String name, String mainClass, ScratchDir dir) {
    return ChildJvm.of(name, mainClass)
        .classpath(ServerClasspath.of("kafka"))
        .options("-Xmx384m", "-Dkafka.logs.dir=" + dir.path());
  }

  private boolean registered() throws IOException {
    return !probe(admin.describeCluster().nodes()).isEmpty();
  }

  private Set<String> topics() throws IOException {
    return probe(admin.listTopics().names());
  }

  /** Whether the broker leads each partition of these topics and takes requests for it. */
  private boolean usable(Collection<String> topics) throws IOException {
    Collection<TopicDescription> described =
        probe(admin.describeTopics(topics).allTopicNames()).values();
    boolean led =
        described.stream()
            .flatMap(topic -> topic.partitions().stream())
            .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
    if (led) {
      for (TopicDescription topic : described) {
        probe(admin.listOffsets(latest(topic)).all());
      }
    }
    return led;
  }

  private static Map<TopicPartition, OffsetSpec> latest(TopicDescription topic) {
    return topic.partitions().stream()
        .collect(
            Collectors.toMap(
                info -> new TopicPartition(topic.name(), info.partition()),
                info -> OffsetSpec.latest()));
  }

  private static boolean atEnd(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), REQUEST) >= end.getValue());
  }

  private static TopicPartition partitionOf(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  /** Returns the answer; none within a short time is an IOException, which means: not yet. */
  private static <T> T probe(Future<T> answer) throws IOException {
    try {
      return answer.get(PROBE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Kafka does not answer yet", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static <T> T get(String action, Future<T> answer) {
    try {
      return answer.get(REQUEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot " + action + ": " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("Cannot " + action + ": Kafka does not answer", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for Kafka", e);
  }

  private static void write(Path file, Map<String, String> properties) {
    String text =
        properties.entrySet().stream()
            .map(property -> property.getKey() + "=" + property.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private Map<String, String> serverProperties(ScratchDir dir, String controller) {
    Map<String, String> server = new TreeMap<>();
    String clients =
        "PLAINTEXT://" + bootstrapServers + ",SASL_PLAINTEXT://" + saslBootstrapServers;
    server.put("process.roles", "broker,controller");
    server.put("node.id", "1");
    server.put("controller.quorum.voters", "1@" + controller);
    server.put("controller.listener.names", "CONTROLLER");
    server.put("listeners", clients + ",CONTROLLER://" + controller);
    server.put("advertised.listeners", clients);
    server.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
    server.put("inter.broker.listener.name", "PLAINTEXT");
    server.put("sasl.enabled.mechanisms", "PLAIN");
    server.put(
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
            .formatted(USER, PASSWORD));
    server.put("log.dirs", dir.path().resolve("data").toString());
    server.put("auto.create.topics.enable", "false");
    server.put("delete.topic.enable", "true");
    server.put("offsets.topic.num.partitions", "1");
    server.put("offsets.topic.replication.factor", "1");
    server.put("transaction.state.log.num.partitions", "1");
    server.put("transaction.state.log.replication.factor", "1");
    server.put("transaction.state.log.min.isr", "1");
    server.put("group.initial.rebalance.delay.ms", "0");
    // Records may be of any year: only a topic's own retention deletes them, but that at once.
    server.put("log.retention.ms", "-1");
    server.put("log.initial.task.delay.ms", "100");
    server.put("log.retention.check.interval.ms", "500");
    server.put("log.segment.delete.delay.ms", "500");
    // A killed broker may come back only when its session is over.
    server.put("broker.session.timeout.ms", "3000");
    server.put("broker.heartbeat.interval.ms", "500");
    // The default is a third of the heap.
    server.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    server.put("num.network.threads", "2");
    server.put("num.io.threads", "4");
    server.put("background.threads", "2");
    return server;
  }
}
