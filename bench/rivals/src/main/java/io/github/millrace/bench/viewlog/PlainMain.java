package io.github.millrace.bench.viewlog;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The floor: one thread without a framework, that consumes the topic to its end, sums in a map and
 * writes one CSV file. No watermark, no state that outlives it. A view that is not JSON is passed
 * over. Arguments: bootstrap servers, topic, campaigns, output.
 */
public final class PlainMain {
  private static final long MINUTE = 60_000_000;

  private final Map<Integer, String> networks;
  private final Map<Key, Sum> sums = new HashMap<>();
  private final ViewReader view = new ViewReader();

  private record Key(int campaign, long minute) {}

  private static final class Sum {
    private long micros;
    private int count;
  }

  private PlainMain(Map<Integer, String> networks) {
    this.networks = networks;
  }

  public static void main(String[] args) throws IOException {
    long began = System.nanoTime();
    PlainMain plain = new PlainMain(networks(Path.of(args[2])));
    plain.consume(args[0], args[1]);
    plain.write(Files.createDirectories(Path.of(args[3])).resolve("reports.csv"));
    System.out.printf(Locale.ROOT, "work: %.3f s%n", (System.nanoTime() - began) / 1e9);
  }

  private static Map<Integer, String> networks(Path campaigns) throws IOException {
    List<String> lines = Files.readAllLines(campaigns);
    List<String> header = Arrays.asList(lines.get(0).split(",", -1));
    int campaign = header.indexOf("campaign_id");
    int network = header.indexOf("network_id");
    Map<Integer, String> networks = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      networks.put(Integer.valueOf(fields[campaign]), fields[network]);
    }
    return networks;
  }

  private void consume(String servers, String topic) throws IOException {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(end -> before(consumer, end))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.value() != null && view.read(record.value())) {
            add();
          }
        }
      }
    }
  }

  private static boolean before(
      KafkaConsumer<byte[], byte[]> consumer, Map.Entry<TopicPartition, Long> end) {
    return consumer.position(end.getKey()) < end.getValue();
  }

  private void add() {
    if (networks.containsKey(view.campaign())) {
      Key key = new Key(view.campaign(), Math.floorDiv(view.end(), MINUTE));
      Sum sum = sums.computeIfAbsent(key, k -> new Sum());
      sum.micros += view.end() - view.start();
      sum.count++;
    }
  }

  private void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("network_id,minute_timestamp,campaign_id,avg_duration,total_count\n");
      for (Map.Entry<Key, Sum> entry : sums.entrySet()) {
        Key key = entry.getKey();
        Sum sum = entry.getValue();
        out.write(networks.get(key.campaign()) + ",");
        out.write(Instant.ofEpochSecond(key.minute() * 60) + "," + key.campaign() + ",");
        out.write(sum.micros / 1e6 / sum.count + "," + sum.count + "\n");
      }
    }
  }
}
