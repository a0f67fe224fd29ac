package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.millrace.config.OneLine;
import io.github.millrace.record.Reason;
import io.github.millrace.record.TextEncoding;
import io.github.millrace.record.Utf8;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * A contract compiled into a parser. It walks a record once, builds its row and finds every
 * violation in that same pass; it never throws for what a record holds. Used by one thread at a
 * time.
 */
final class RecordParser implements Serializable {
  static final int MAX_DEPTH = 1_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  // The source limits a record's bytes, and so a string's.
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** The ends that Jackson reports like any wrong word or number. */
  private static final Pattern CUT_SCALAR =
      Pattern.compile("([\\s:,\\[](t|tr|tru|f|fa|fal|fals|n|nu|nul)|[0-9]\\.)\\z");

  private final ObjectReader root;
  private transient Verdict verdict;

  RecordParser(Contract contract) {
    root = new ObjectReader(contract.record());
  }

  /**
   * Parses one record.
   *
   * @return {@code record STRUCT (null if bad), reasons ARRAY<STRING> (null if good), unknownFields
   *     INT}
   */
  InternalRow parse(byte[] bytes, int offset, int length) {
    if (verdict == null) {
      verdict = new Verdict();
    }
    verdict.begin();
    // White space at the end says nothing; but behind a cut it would make the cut look like an
    // error.
    int end = offset + length;
    while (end > offset && isSpace(bytes[end - 1])) {
      end--;
    }
    GenericInternalRow row = null;
    if (isText(bytes, offset, end)) {
      row = parseText(bytes, offset, end - offset);
    }
    boolean good = verdict.good();
    return new GenericInternalRow(
        new Object[] {good ? row : null, good ? null : verdict.reasons(), verdict.unknownFields()});
  }

  private boolean isText(byte[] bytes, int from, int to) {
    String fault = TextEncoding.fault(bytes, from, to);
    if (fault != null) {
      verdict.recordViolated(Reason.ENCODING, fault);
      return false;
    }
    int invalid = Utf8.firstInvalid(bytes, from, to);
    if (invalid != Utf8.VALID) {
      if (Utf8.cutByEnd(bytes, invalid, to)) {
        verdict.recordViolated(Reason.TRUNCATED, "ends inside a character");
      } else {
        verdict.recordViolated(
            Reason.ENCODING,
            "not UTF-8 at byte %d (0x%02X)".formatted(invalid - from, bytes[invalid]));
      }
      return false;
    }
    if (from == to || (to - from == 3 && startsWithMark(bytes, from, to))) {
      verdict.recordViolated(Reason.BLANK, "nothing but white space");
      return false;
    }
    return true;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  private static boolean startsWithMark(byte[] bytes, int from, int to) {
    return to - from >= 3
        && bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF;
  }

  /** Whether the text ends inside a true, false or null or behind a decimal point. */
  private static boolean endsInsideScalar(byte[] bytes, int from, int to) {
    int tail = Math.max(from, to - 6);
    String end = new String(bytes, tail, to - tail, StandardCharsets.ISO_8859_1);
    return CUT_SCALAR.matcher(end).find();
  }

  private GenericInternalRow parseText(byte[] bytes, int offset, int length) {
    try (JsonParser parser = JSON.createParser(bytes, offset, length)) {
      try {
        parser.nextToken();
        GenericInternalRow row = root.read(parser, verdict);
        if (parser.nextToken() != null) {
          verdict.recordViolated(Reason.MALFORMED, "text after the record's end");
        }
        return row;
      } catch (StreamConstraintsException e) {
        if (parser.getParsingContext().getNestingDepth() >= MAX_DEPTH) {
          verdict.recordViolated(Reason.TOO_DEEP, "nested deeper than " + MAX_DEPTH + " levels");
        } else {
          verdict.recordViolated(Reason.TOO_LARGE, OneLine.of(e));
        }
      } catch (JsonProcessingException e) {
        long at = parser.currentLocation().getByteOffset();
        boolean cut =
            e.getOriginalMessage().startsWith("Unexpected end-of-input")
                || (at >= length && endsInsideScalar(bytes, offset, offset + length));
        if (cut && !parser.getParsingContext().inRoot()) {
          verdict.recordViolated(Reason.TRUNCATED, "ends at byte " + length + " inside its JSON");
        } else {
          verdict.recordViolated(Reason.MALFORMED, "at byte " + at + ": " + OneLine.of(e));
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }
}
