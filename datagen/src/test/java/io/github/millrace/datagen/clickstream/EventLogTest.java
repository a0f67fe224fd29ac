package io.github.millrace.datagen.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.truth.TruthFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader that knows nothing of the generators finds in each record what the truth says. */
final class EventLogTest {
  private static final ObjectMapper STRICT =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final long MICROS = 1_000_000;

  @TempDir private Path directory;

  private static SendOptions options(long count, Shares shares) {
    return SendOptions.of(count, 7, START, 100, shares);
  }

  private static List<Event> records(EventLog log, Shares shares) {
    List<Event> records = new ArrayList<>();
    log.forKafka(options(3_000, shares)).forEachRemaining(records::add);
    return records;
  }

  @ParameterizedTest
  @EnumSource
  void goodRecordsSayWhatTheTruthSays(EventLog log) throws Exception {
    for (Event event : records(log, Shares.NONE)) {
      JsonNode json = STRICT.readTree(event.value());
      assertThat(micros(json)).isEqualTo(event.micros());
      assertThat(event.sentMicros() - event.micros()).isBetween(0L, 4 * MICROS);
      Map<String, String> texts = new HashMap<>();
      flatten(json, texts);
      event
          .says()
          .forEach(
              (field, value) -> {
                if (!field.equals("pageViews")) {
                  assertThat(texts.getOrDefault(field, texts.get(field + "_id"))).isEqualTo(value);
                }
              });
      assertThat(reason(log, event)).isNull();
    }
  }

  private static void flatten(JsonNode json, Map<String, String> texts) {
    json.properties()
        .forEach(
            field -> {
              if (field.getValue().isObject()) {
                flatten(field.getValue(), texts);
              } else {
                texts.put(field.getKey(), field.getValue().asText());
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void badRecordsAreBadForTheirOneReason(EventLog log) {
    Set<Defect> seen = EnumSet.noneOf(Defect.class);
    for (Event event : records(log, new Shares(0, 0, 1))) {
      assertThat(reason(log, event)).isEqualTo(event.reason().orElseThrow());
      seen.add(event.defect().orElseThrow());
    }
    EnumSet<Defect> never =
        switch (log) {
          case SALES_CLICKS -> EnumSet.of(Defect.UNKNOWN_TYPE, Defect.NO_FLAG);
          case CAB_CLICKS -> EnumSet.of(Defect.UNKNOWN_TYPE);
          case APP_LOGS -> EnumSet.of(Defect.NO_FLAG);
        };
    assertThat(seen).isEqualTo(EnumSet.complementOf(never));
  }

  @Test
  void customersBuyWhatTheyHaveViewed() {
    Map<String, Set<String>> viewed = new HashMap<>();
    int bought = 0;
    for (Event event : records(EventLog.APP_LOGS, Shares.NONE)) {
      String product = event.says().get("productId");
      Set<String> products =
          viewed.computeIfAbsent(event.says().get("customerId"), customer -> new TreeSet<>());
      switch (event.says().get("eventType")) {
        case "productView" -> products.add(product);
        case "purchase" -> {
          assertThat(products).contains(product);
          bought++;
        }
        default -> {
          // Puts into the cart, or follows what is recommended.
        }
      }
    }
    assertThat(bought).isGreaterThan(600);
  }

  @ParameterizedTest
  @EnumSource
  void filesHaveTheirTruthBesideThem(EventLog log) throws Exception {
    SendOptions options = options(1_000, new Shares(0.1, 0.1, 0.1));
    log.write(options, 3, OutputDirectory.create(directory.resolve("data")), written -> {});

    EventTruth truth = EventTruth.read(directory.resolve("data").resolve(TruthFile.NAME));

    assertThat(truth.records()).hasSize((int) truth.summary().records());
    assertThat(truth.records().stream().map(EventTruth.Entry::outcome).distinct())
        .containsExactlyInAnyOrder(Outcome.values());
    long late =
        truth.records().stream()
            .filter(entry -> entry.micros() < micros(START.minus(4, ChronoUnit.MINUTES)))
            .count();
    assertThat(late).isBetween(1L, truth.summary().late());
    if (log == EventLog.SALES_CLICKS) {
      long elements = 0;
      for (int i = 0; i < 3; i++) {
        elements +=
            new ObjectMapper()
                .readTree(directory.resolve("data/sales-clicks-0000" + i + ".json").toFile())
                .size();
      }
      assertThat(elements).isEqualTo(truth.summary().records());
    }
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static long micros(JsonNode json) {
    String time =
        json.has("datetime")
            ? json.get("datetime").textValue()
            : json.has("timestamp")
                ? json.get("timestamp").textValue()
                : json.get("timestamp\n").textValue();
    return micros(LocalDateTime.parse(time.trim().replace(' ', 'T')).toInstant(ZoneOffset.UTC));
  }

  /** Why a record is bad; null if it is good. */
  private static Reason reason(EventLog log, Event event) {
    byte[] value = event.value();
    if (value == null || value.length == 0) {
      return Reason.BLANK;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      return Reason.ENCODING;
    }
    JsonNode json;
    try {
      json = STRICT.readTree(value);
    } catch (JsonProcessingException e) {
      if (e.getMessage().startsWith("Duplicate field")) {
        return Reason.DUPLICATE_KEY;
      }
      return e.getMessage().startsWith("Unexpected end-of-input")
          ? Reason.TRUNCATED
          : Reason.MALFORMED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!json.isObject()) {
      return Reason.TYPE;
    }
    return switch (log) {
      case SALES_CLICKS -> ofSales(json);
      case CAB_CLICKS -> ofCabs(json);
      case APP_LOGS -> ofApp(json);
    };
  }

  private static Reason ofTime(JsonNode json, String... names) {
    if (Arrays.stream(names).noneMatch(json::has)) {
      return Reason.REQUIRED;
    }
    try {
      long micros = micros(json);
      return micros < 0 ? Reason.PAST : micros > micros(START) * 2 ? Reason.FUTURE : null;
    } catch (DateTimeException e) {
      return Reason.TYPE;
    }
  }

  private static Reason ofSales(JsonNode json) {
    for (String group : List.of("sales", "analytics")) {
      if (!json.has(group)) {
        return Reason.REQUIRED;
      }
      if (!json.get(group).isObject()) {
        return Reason.TYPE;
      }
    }
    for (String number :
        List.of("/sales/quantity", "/analytics/clicks", "/analytics/impressions")) {
      assertThat(json.at(number).isIntegralNumber()).isTrue();
      if (json.at(number).longValue() < 0) {
        return Reason.RANGE;
      }
    }
    assertThat(json.at("/sales/total_price").isNumber()).isTrue();
    return ofTime(json, "datetime");
  }

  private static Reason ofCabs(JsonNode json) {
    for (String text : List.of("customer_id", "page_id", "button_id", "lat", "lon")) {
      if (!json.has(text)) {
        return Reason.REQUIRED;
      }
      if (!json.get(text).isValueNode()) {
        return Reason.TYPE;
      }
    }
    for (String flag :
        List.of("is_button_click", "is_page_view", "is_scroll_up", "is_scroll_down")) {
      if (!json.has(flag)) {
        return Reason.REQUIRED;
      }
      if (!List.of("Yes", "No").contains(json.get(flag).textValue())) {
        return Reason.TYPE;
      }
    }
    if (json.has("os_version") && json.has("OS_version")) {
      return Reason.DUPLICATE_KEY;
    }
    if (Math.abs(json.get("lat").asDouble()) > 90 || Math.abs(json.get("lon").asDouble()) > 180) {
      return Reason.RANGE;
    }
    return ofTime(json, "timestamp", "timestamp\n");
  }

  private static Reason ofApp(JsonNode json) {
    if (!json.has("eventType") || !json.has("customerId")) {
      return Reason.REQUIRED;
    }
    String type = json.get("eventType").textValue();
    if (!List.of("productView", "addToCart", "purchase", "recommendationClick").contains(type)) {
      return Reason.VARIANT;
    }
    boolean hasText = json.has("metadata") && !json.get("metadata").isObject();
    if (hasText || !json.get("customerId").isTextual()) {
      return Reason.TYPE;
    }
    if (json.has("quantity") && json.get("quantity").intValue() < 1) {
      return Reason.RANGE;
    }
    return ofTime(json, "timestamp");
  }
}
