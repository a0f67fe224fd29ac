package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.millrace.config.OneLine;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/** Reads records that are JSON, in one pass over their tokens. */
final class JsonRecords implements RecordReader {
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

  private final Variants<ObjectReader> variants;

  JsonRecords(Contract contract) {
    variants = Variants.of(contract, ObjectReader::new);
  }

  @Override
  public int end(byte[] bytes, int from, int to) {
    // Behind a cut, white space would make the cut look like an error.
    int end = to;
    while (end > from && isSpace(bytes[end - 1])) {
      end--;
    }
    return end;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  @Override
  public GenericInternalRow read(byte[] bytes, int from, int to, Verdict verdict) {
    if (!variants.areSeveral()) {
      return read(variants.only(), bytes, from, to, verdict);
    }
    String value = choosing(bytes, from, to);
    int variant = variants.find(value);
    if (variant >= 0) {
      return variants.row(variant, read(variants.get(variant), bytes, from, to, verdict));
    }
    // Of an unknown variant only the syntax is looked at, and what is wrong with that comes first.
    read(variants.none(), bytes, from, to, verdict);
    verdict.forgetUnknownFields();
    if (verdict.isGood()) {
      variants.unknown(value, verdict);
    }
    return null;
  }

  /** The text of the field that chooses the variant; null if there is none, or no syntax. */
  private String choosing(byte[] bytes, int from, int to) {
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = variants.isChosenBy(parser.currentName());
        JsonToken token = parser.nextToken();
        if (found) {
          return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
        }
        parser.skipChildren();
      }
      return null;
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  private static GenericInternalRow read(
      ObjectReader reader, byte[] bytes, int from, int to, Verdict verdict) {
    int length = to - from;
    try (JsonParser parser = JSON.createParser(bytes, from, length)) {
      try {
        parser.nextToken();
        GenericInternalRow row = reader.read(parser, verdict);
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
                || (at >= length && endsInsideScalar(bytes, from, to));
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

  /** Whether the text ends inside a true, false or null or behind a decimal point. */
  private static boolean endsInsideScalar(byte[] bytes, int from, int to) {
    int tail = Math.max(from, to - 6);
    String end = new String(bytes, tail, to - tail, StandardCharsets.ISO_8859_1);
    return CUT_SCALAR.matcher(end).find();
  }
}
