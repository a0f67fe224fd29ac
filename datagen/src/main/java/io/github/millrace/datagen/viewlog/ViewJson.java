package io.github.millrace.datagen.viewlog;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Renders views as JSON on one line. It writes bytes by hand into a buffer of its own, for that is
 * where a generator's time goes; so an instance is for one thread.
 */
final class ViewJson {
  static final String VIEW_ID = "view_id";
  static final String START = "start_timestamp";
  static final String END = "end_timestamp";
  static final String BANNER_ID = "banner_id";
  static final String CAMPAIGN_ID = "campaign_id";

  private static final int SECONDS_OF_DAY = 86_400;
  private static final long NANOS_OF_SECOND = 1_000_000_000L;
  // A view has 290 bytes at most: fixed text 100, a UUID 36, two times 35, numbers 19 and 10.
  private static final int BUFFER_BYTES = 512;

  private static final byte[] BEFORE_ID = ascii("{\"" + VIEW_ID + "\":\"");
  private static final byte[] BEFORE_START = ascii("\",\"" + START + "\":\"");
  private static final byte[] BEFORE_END = ascii("\",\"" + END + "\":\"");
  private static final byte[] BEFORE_BANNER = ascii("\",\"" + BANNER_ID + "\":");
  private static final byte[] BEFORE_CAMPAIGN = ascii(",\"" + CAMPAIGN_ID + "\":");

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int length;
  private long day = Long.MIN_VALUE;
  private LocalDate date = LocalDate.EPOCH;

  byte[] render(View view) {
    length = 0;
    append(BEFORE_ID);
    append(view.id());
    append(BEFORE_START);
    append(view.start());
    append(BEFORE_END);
    append(view.end());
    append(BEFORE_BANNER);
    append(view.bannerId());
    append(BEFORE_CAMPAIGN);
    append(view.campaignId());
    append((byte) '}');
    return Arrays.copyOf(buffer, length);
  }

  /** Returns a timestamp as it stands in a view. */
  String text(Timestamp timestamp) {
    length = 0;
    append(timestamp);
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
  }

  private void append(Timestamp timestamp) {
    long second = Math.floorDiv(timestamp.nanos(), NANOS_OF_SECOND) + timestamp.zone().seconds();
    appendDate(Math.floorDiv(second, (long) SECONDS_OF_DAY));
    append((byte) 'T');
    int ofDay = Math.floorMod(second, SECONDS_OF_DAY);
    appendDigits(ofDay / 3600, 2);
    append((byte) ':');
    appendDigits(ofDay / 60 % 60, 2);
    append((byte) ':');
    appendDigits(ofDay % 60, 2);
    if (timestamp.digits() > 0) {
      append((byte) '.');
      int fraction = (int) Math.floorMod(timestamp.nanos(), NANOS_OF_SECOND);
      appendDigits(fraction, 9);
      length -= 9 - timestamp.digits();
    }
    append(timestamp.zone().text());
  }

  private void appendDate(long epochDay) {
    // Most timestamps are of one day.
    if (epochDay != day) {
      day = epochDay;
      date = LocalDate.ofEpochDay(epochDay);
    }
    appendDigits(date.getYear(), 4);
    append((byte) '-');
    appendDigits(date.getMonthValue(), 2);
    append((byte) '-');
    appendDigits(date.getDayOfMonth(), 2);
  }

  private void append(long number) {
    int width = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      width++;
    }
    appendDigits(number, width);
  }

  private void appendDigits(long number, int width) {
    long rest = number;
    for (int i = length + width - 1; i >= length; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += width;
  }

  private void append(byte character) {
    buffer[length++] = character;
  }

  private void append(byte[] text) {
    System.arraycopy(text, 0, buffer, length, text.length);
    length += text.length;
  }

  private void append(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      buffer[length++] = (byte) ascii.charAt(i);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
