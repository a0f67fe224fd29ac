package io.github.millrace.clickstream.land;

import io.github.millrace.config.TimeSpan;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * When an hour is complete.
 *
 * @param zone whose hours these are
 * @param completeAfter how far events must have come beyond the hour's end
 * @param idleAfter after how long without a message a part of the source does not count; null if
 *     each always counts
 */
record HourRule(ZoneId zone, TimeSpan completeAfter, TimeSpan idleAfter) {

  /** Whether a part of the source counts no more, from which a record was read last at a time. */
  boolean isIdle(Instant read, Instant now) {
    return idleAfter != null && !read.plus(idleAfter.micros(), ChronoUnit.MICROS).isAfter(now);
  }

  /** The first hour that is not complete where all events have come to a time. */
  LocalDateTime firstOpen(Instant reached) {
    Instant end = reached.minus(completeAfter.micros(), ChronoUnit.MICROS);
    return LocalDateTime.ofInstant(end, zone).truncatedTo(ChronoUnit.HOURS);
  }
}
