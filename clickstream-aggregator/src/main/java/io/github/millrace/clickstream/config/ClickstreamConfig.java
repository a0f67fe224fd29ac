package io.github.millrace.clickstream.config;

import io.github.millrace.config.HiveConfig;
import io.github.millrace.config.Location;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;

/**
 * The keys of all commands; {@code config/reference.yaml} explains each.
 *
 * @param kafka the brokers of the feeds that are topics
 * @param output holds a directory for each feed
 * @param checkpoint holds a directory for each feed
 * @param zone whose days and hours events are landed by
 * @param hive where the tables of feeds are
 * @param feeds by their names
 */
public record ClickstreamConfig(
    @Valid Brokers kafka,
    @NotBlank(message = "is missing; set it to the directory of all that is landed")
        Location output,
    @NotBlank(message = "is missing; set it to a directory of the job's own") Location checkpoint,
    String zone,
    @Valid HiveConfig hive,
    Map<String, @Valid Feed> feeds) {

  public ClickstreamConfig {
    zone = Objects.requireNonNullElse(zone, "UTC");
    feeds = Objects.requireNonNullElse(feeds, Map.of());
  }

  /**
   * The zone by name, or by offset.
   *
   * @throws DateTimeException if there is none of this name
   */
  public ZoneId zoneId() {
    return ZoneId.of(zone);
  }

  /**
   * Brokers that feeds share.
   *
   * @param bootstrapServers {@code host:port} of some of them, separated by commas
   * @param options of Kafka's clients, by Kafka's own names
   */
  public record Brokers(String bootstrapServers, Map<String, String> options) {
    public Brokers {
      options = Objects.requireNonNullElse(options, Map.of());
    }
  }
}
