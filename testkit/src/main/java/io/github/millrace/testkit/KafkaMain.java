package io.github.millrace.testkit;

import java.io.IOException;
import java.util.Map;

/**
 * A real broker for as long as standard input is open, with topics of four partitions. Prints
 * {@code ready: HOST:PORT}. Arguments: the topics.
 */
public final class KafkaMain {
  private KafkaMain() {}

  public static void main(String[] args) throws IOException {
    try (Kafka kafka = Kafka.start()) {
      for (String topic : args) {
        // Events of the past are not to be deleted for their age.
        kafka.createTopic(topic, 4, Map.of("retention.ms", "-1"));
      }
      System.out.println("ready: " + kafka.bootstrapServers());
      System.out.flush();
      // Ends with the harness, however that ends.
      System.in.readAllBytes();
    }
  }
}
