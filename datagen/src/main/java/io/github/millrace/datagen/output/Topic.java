package io.github.millrace.datagen.output;

import io.github.millrace.datagen.record.SentRecord;
import io.github.millrace.datagen.truth.Place;
import io.github.millrace.datagen.truth.TruthSink;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records to the partitions of a topic in turn, so that each record has its place among those
 * of its partition before it is sent. The producer is idempotent: it keeps that order.
 */
public final class Topic implements Closeable {
  private static final int ADMIN_MILLIS = 20_000;
  private static final int RETRY_MILLIS = 50;

  private final KafkaTarget target;
  private final long[] sentTo;
  private final Producer<byte[], byte[]> producer;
  private final Callback callback = (metadata, exception) -> remember(exception);
  private volatile Exception failure;
  private int next;

  private Topic(KafkaTarget target, int partitions, Producer<byte[], byte[]> producer) {
    this.target = target;
    this.sentTo = new long[partitions];
    this.producer = producer;
  }

  /**
   * Opens a topic, and makes it if it is missing.
   *
   * @throws IllegalArgumentException if it is missing and the target has no number of partitions,
   *     or it has another number
   * @throws IOException naming the topic and servers, if Kafka refuses or cannot be reached
   */
  public static Topic open(KafkaTarget target) throws IOException {
    try {
      int partitions = partitions(target);
      return new Topic(
          target,
          partitions,
          new KafkaProducer<>(
              producerOptions(target), new ByteArraySerializer(), new ByteArraySerializer()));
    } catch (KafkaException e) {
      throw failed(target, e);
    }
  }

  /**
   * Sends records and tells the truth about each; they have arrived when this is closed.
   *
   * @throws IOException if Kafka did not take one
   */
  public <R extends SentRecord> void send(
      Iterator<R> records, TruthSink<? super R> truth, Flow flow) throws IOException {
    Pacer pacer = new Pacer(flow.stopped());
    long sent = 0;
    while (records.hasNext() && !flow.stopped().getAsBoolean()) {
      R record = records.next();
      if (flow.paced() && !pacer.await(record.sentMicros())) {
        return;
      }
      truth.add(send(record), record);
      flow.progress().accept(++sent);
    }
  }

  private Place send(SentRecord record) throws IOException {
    check();
    int partition = next;
    next = next + 1 == sentTo.length ? 0 : next + 1;
    try {
      // The callback knows whether it arrived.
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(
                  target.topic(), partition, record.sentMicros() / 1_000, null, record.value()),
              callback);
    } catch (KafkaException e) {
      throw failed(target, e);
    }
    return new Place.InPartition(partition, sentTo[partition]++);
  }

  /** Waits until all records have arrived. */
  @Override
  public void close() throws IOException {
    try {
      producer.close();
    } catch (KafkaException e) {
      throw failed(target, e);
    }
    check();
  }

  private void check() throws IOException {
    if (failure != null) {
      throw failed(target, failure);
    }
  }

  private void remember(Exception exception) {
    if (exception != null && failure == null) {
      failure = exception;
    }
  }

  private static int partitions(KafkaTarget target) throws IOException {
    Map<String, Object> options = new HashMap<>(target.options());
    options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrapServers());
    try (Admin admin = Admin.create(options)) {
      OptionalInt present = present(admin, target.topic());
      if (present.isEmpty()) {
        return make(admin, target);
      }
      int partitions = present.getAsInt();
      if (target.partitions().orElse(partitions) != partitions) {
        throw new IllegalArgumentException(
            "--partitions is "
                + target.partitions().getAsInt()
                + ", but "
                + target
                + " has "
                + partitions
                + ": leave --partitions out, or name another topic.");
      }
      return partitions;
    } catch (ExecutionException e) {
      throw failed(target, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while opening " + target);
    }
  }

  /** Returns the number of the topic's partitions; empty if it does not exist. */
  private static OptionalInt present(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    try {
      return OptionalInt.of(
          admin
              .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(ADMIN_MILLIS))
              .allTopicNames()
              .get()
              .get(topic)
              .partitions()
              .size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return OptionalInt.empty();
      }
      throw e;
    }
  }

  private static int make(Admin admin, KafkaTarget target)
      throws ExecutionException, InterruptedException {
    if (target.partitions().isEmpty()) {
      throw new IllegalArgumentException(
          "There is no " + target + ": give --partitions to make it, or name another topic.");
    }
    int partitions = target.partitions().getAsInt();
    // Replicas as the servers have them by default.
    NewTopic topic = new NewTopic(target.topic(), Optional.of(partitions), Optional.empty());
    admin
        .createTopics(List.of(topic), new CreateTopicsOptions().timeoutMs(ADMIN_MILLIS))
        .all()
        .get();
    awaitLeaders(admin, target.topic(), partitions);
    return partitions;
  }

  /**
   * Asks each partition's leader for something until it answers. A producer that is faster than the
   * leaders may see its first batch refused and its second taken; no later one is in order then.
   */
  private static void awaitLeaders(Admin admin, String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ADMIN_MILLIS);
    while (true) {
      try {
        admin.listOffsets(ends, new ListOffsetsOptions().timeoutMs(ADMIN_MILLIS)).all().get();
        return;
      } catch (ExecutionException e) {
        // Servers learn of a new topic one after the other.
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > until) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  private static Map<String, Object> producerOptions(KafkaTarget target) {
    Map<String, Object> options = new HashMap<>();
    options.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    options.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    options.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64 << 20);
    options.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    options.putAll(target.options());
    options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrapServers());
    return options;
  }

  private static IOException failed(KafkaTarget target, Throwable cause) {
    // The outermost message is often no more than "Failed to construct kafka producer".
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new IOException("Kafka refused (" + target + "): " + root, cause);
  }
}
