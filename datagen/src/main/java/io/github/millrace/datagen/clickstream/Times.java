package io.github.millrace.datagen.clickstream;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times as the senders write them: in UTC, and without saying so. */
final class Times {
  static final long MICROS_OF_SECOND = 1_000_000;

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final DateTimeFormatter ISO_SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");
  private static final DateTimeFormatter ISO_MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  private Times() {}

  /** Such as {@code 2026-03-01 11:00:00}. */
  static String seconds(long micros) {
    return SECONDS.format(local(micros));
  }

  /** Such as {@code 2026-03-01T11:00:00.232854}, without a fraction where that is 0. */
  static String iso(long micros) {
    return (micros % MICROS_OF_SECOND == 0 ? ISO_SECONDS : ISO_MICROS).format(local(micros));
  }

  private static LocalDateTime local(long micros) {
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
  }
}
