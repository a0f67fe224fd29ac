package io.github.millrace.viewlog;

import java.nio.charset.StandardCharsets;

/** A message as a test writes it. */
record View(String end, int campaign, double seconds) {
  static View of(String end) {
    return new View(end, 10, 2);
  }

  byte[] bytes() {
    java.time.Instant ends = java.time.Instant.parse(end);
    return """
    {"view_id":"%s","start_timestamp":"%s","end_timestamp":"%s","banner_id":7,"campaign_id":%d}"""
        .formatted(end, ends.minusMillis(Math.round(seconds * 1000)), end, campaign)
        .getBytes(StandardCharsets.UTF_8);
  }
}
