package io.github.millrace.datagen.viewlog;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads views as a strict consumer would, knowing nothing of how they were made. */
final class StrictViewReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictViewReader() {}

  /** What a good view says; times in microseconds since 1970. */
  record Read(String id, long startMicros, long endMicros, long bannerId, int campaignId) {}

  static Read read(byte[] value) throws IOException {
    JsonNode view = MAPPER.readTree(value);
    return new Read(
        view.get("view_id").textValue(),
        micros(view.get("start_timestamp").textValue()),
        micros(view.get("end_timestamp").textValue()),
        view.get("banner_id").longValue(),
        view.get("campaign_id").intValue());
  }

  /**
   * Returns every reason why a value is bad.
   *
   * @param value null for a tombstone
   * @param now when it was sent
   */
  static Set<Reason> reasons(byte[] value, Instant now) throws IOException {
    if (value == null || value.length == 0) {
      return Set.of(Reason.BLANK);
    }
    JsonNode view;
    try {
      view = MAPPER.readTree(value);
    } catch (JsonParseException e) {
      return Set.of(reason(e.getMessage()));
    }
    if (!view.isObject()) {
      return Set.of(Reason.TYPE);
    }
    return reasons(view, now);
  }

  private static Reason reason(String parseError) {
    if (parseError.startsWith("Unexpected end-of-input")) {
      return Reason.TRUNCATED;
    }
    return parseError.startsWith("Duplicate field") ? Reason.DUPLICATE_KEY : Reason.MALFORMED;
  }

  private static Set<Reason> reasons(JsonNode view, Instant now) {
    Set<Reason> reasons = new HashSet<>();
    if (present(view, "view_id", reasons) && !view.get("view_id").isTextual()) {
      reasons.add(Reason.TYPE);
    }
    checkNumber(view, "banner_id", reasons);
    if (checkNumber(view, "campaign_id", reasons)) {
      long campaign = view.get("campaign_id").longValue();
      if (campaign % 10 != 0 || campaign < 10 || campaign > 140) {
        reasons.add(Reason.UNKNOWN_CAMPAIGN);
      }
    }
    Optional<Long> start = time(view, "start_timestamp", reasons);
    Optional<Long> end = time(view, "end_timestamp", reasons);
    if (start.isPresent() && end.isPresent() && end.get() < start.get()) {
      reasons.add(Reason.END_BEFORE_START);
    }
    Instant future = now.plus(Duration.ofMinutes(1));
    if (end.isPresent() && end.get() > ChronoUnit.MICROS.between(Instant.EPOCH, future)) {
      reasons.add(Reason.FUTURE);
    }
    return reasons;
  }

  private static boolean present(JsonNode view, String field, Set<Reason> reasons) {
    boolean present = view.hasNonNull(field);
    if (!present) {
      reasons.add(Reason.REQUIRED);
    }
    return present;
  }

  /** Whether the field holds a number that is in range. */
  private static boolean checkNumber(JsonNode view, String field, Set<Reason> reasons) {
    if (!present(view, field, reasons)) {
      return false;
    }
    if (!view.get(field).isIntegralNumber()) {
      reasons.add(Reason.TYPE);
      return false;
    }
    if (view.get(field).longValue() < 0) {
      reasons.add(Reason.RANGE);
      return false;
    }
    return true;
  }

  private static Optional<Long> time(JsonNode view, String field, Set<Reason> reasons) {
    if (!present(view, field, reasons)) {
      return Optional.empty();
    }
    try {
      return Optional.of(micros(view.get(field).textValue()));
    } catch (DateTimeException e) {
      reasons.add(Reason.TYPE);
      return Optional.empty();
    }
  }

  private static long micros(String text) {
    boolean zoned = text.matches(".*(Z|[+-]\\d\\d:\\d\\d)");
    Instant instant =
        zoned
            ? OffsetDateTime.parse(text).toInstant()
            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
