package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.Damage;
import io.github.millrace.datagen.record.JsonObject;
import io.github.millrace.datagen.record.Labelled;
import io.github.millrace.datagen.record.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A way to spoil a good record. Each makes exactly one reason true. */
public enum Defect implements Labelled {
  /** No bytes; in a file, an empty line. */
  EMPTY(Reason.BLANK),
  /** No value at all, which only Kafka has. */
  TOMBSTONE(Reason.BLANK),
  /** Text, XML, a dump. */
  NOT_JSON(Reason.MALFORMED),
  /** The record ends in the middle. */
  TRUNCATED(Reason.TRUNCATED),
  /** A byte in a text that begins no character. */
  NOT_UTF8(Reason.ENCODING),
  /** JSON, but no object; an array of records where one is due. */
  OTHER_KIND(Reason.TYPE),
  /** An object where a number or a text is due, or the other way round. */
  WRONG_TYPE(Reason.TYPE),
  /** A time that is none, such as the 25th hour. */
  NO_TIMESTAMP(Reason.TYPE),
  /** A flag {@code maybe}. */
  NO_FLAG(Reason.TYPE),
  /** A latitude of 900, a quantity below what it must be. */
  OUT_OF_RANGE(Reason.RANGE),
  /** A field that is not there. */
  MISSING_FIELD(Reason.REQUIRED),
  /** A field that is there twice. */
  DUPLICATE_KEY(Reason.DUPLICATE_KEY),
  /** A type of event that the contract does not know. */
  UNKNOWN_TYPE(Reason.VARIANT),
  /** An event in 2099. */
  FUTURE(Reason.FUTURE),
  /** An event in 1969. */
  PAST(Reason.PAST);

  private static final List<String> OTHER_TEXTS =
      List.of("click", "<click page=\"3\"/>", "{customer_id=7, page_id=30}", "}{");
  private static final List<String> OTHER_KINDS = List.of("[]", "[1,2]", "42", "\"click\"", "true");
  private static final int NO_UTF8 = 0xFF;

  private final Reason reason;

  Defect(Reason reason) {
    this.reason = reason;
  }

  /** Why a record with it is bad. */
  public Reason reason() {
    return reason;
  }

  /** Whether a record with it would take the other records of a file of one array along. */
  boolean spoilsAnArray() {
    return this == EMPTY
        || this == TOMBSTONE
        || this == NOT_JSON
        || this == TRUNCATED
        || this == NOT_UTF8;
  }

  /**
   * Spoils a good record, which a tombstone has nothing of.
   *
   * @return empty if one that says this cannot have the defect
   */
  Optional<byte[]> damage(Sender sender, Sender.Good good, SplittableRandom random) {
    return switch (this) {
      case EMPTY -> Optional.of(new byte[0]);
      case NOT_JSON -> Optional.of(ascii(SeededRandom.pick(OTHER_TEXTS, random)));
      case OTHER_KIND -> Optional.of(ascii(SeededRandom.pick(OTHER_KINDS, random)));
      case TRUNCATED -> Optional.of(truncate(good.json().render(), random));
      case NOT_UTF8 -> Optional.of(notUtf8(good.json().render()));
      default -> {
        JsonObject object = JsonObject.parse(good.json().render());
        yield sender.change(this, object, good, random)
            ? Optional.of(object.render())
            : Optional.empty();
      }
    };
  }

  /** Not inside a number or an escape either, which some parsers find malformed by itself. */
  private static byte[] truncate(byte[] good, SplittableRandom random) {
    byte[] begun = Damage.truncate(good, random);
    int end = begun.length;
    while (".-+eE\\".indexOf(begun[end - 1]) >= 0) {
      end--;
    }
    return Arrays.copyOf(begun, end);
  }

  /** Puts a byte at the beginning of the first text. */
  private static byte[] notUtf8(byte[] good) {
    int at = 0;
    while (good[at] != ':' || good[at + 1] != '"') {
      at++;
    }
    byte[] bad = Arrays.copyOf(good, good.length + 1);
    System.arraycopy(good, at + 2, bad, at + 3, good.length - at - 2);
    bad[at + 2] = (byte) NO_UTF8;
    return bad;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
