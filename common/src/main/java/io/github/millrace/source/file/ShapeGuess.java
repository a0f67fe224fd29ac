package io.github.millrace.source.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.github.millrace.record.TextEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Tells from the beginning of a file how its records stand in it. */
public final class ShapeGuess {
  private static final int ENOUGH = 1 << 16;
  private static final String DELIMITERS = ",;\t|";
  private static final JsonFactory JSON = new JsonFactory();

  private ShapeGuess() {}

  /**
   * As {@link #of(InputStream)}; none where the file cannot be read, which its reader will report.
   */
  public static Set<Shape> of(Path file, Configuration hadoop) {
    try (InputStream text = FileRecords.text(file, hadoop)) {
      return of(text);
    } catch (IOException | RuntimeException e) {
      return EnumSet.noneOf(Shape.class);
    }
  }

  /**
   * The shapes that a file may be of: more than one where it is a record on one line, or CSV; none
   * where it cannot be known.
   *
   * @param in the file's text; its beginning is read
   */
  static Set<Shape> of(InputStream in) throws IOException {
    byte[] text = in.readNBytes(ENOUGH);
    boolean isWhole = text.length < ENOUGH;
    int start =
        pastSpace(text, TextEncoding.isMarked(text, 0, text.length) ? TextEncoding.MARK : 0);
    if (start == text.length) {
      return EnumSet.noneOf(Shape.class);
    }
    if (text[start] == '[') {
      return EnumSet.of(Shape.ARRAY);
    }
    return text[start] == '{' ? ofObject(text, start, isWhole) : ofFields(text, start);
  }

  /** A text whose first line has a delimiter may be of CSV. */
  private static Set<Shape> ofFields(byte[] text, int start) {
    for (int i = start; i < text.length && text[i] != '\n'; i++) {
      if (DELIMITERS.indexOf(text[i]) >= 0) {
        return EnumSet.of(Shape.CSV, Shape.CSV_LINES);
      }
    }
    return EnumSet.noneOf(Shape.class);
  }

  private static Set<Shape> ofObject(byte[] text, int start, boolean isWhole) throws IOException {
    int end;
    try {
      end = start + lengthOfValue(text, start);
    } catch (JsonEOFException e) {
      end = isWhole ? -1 : text.length;
    } catch (IOException e) {
      end = -1;
    }
    if (end < 0) {
      return EnumSet.noneOf(Shape.class);
    }
    boolean overLines = lineBreak(text, start, end);
    int next = pastSpace(text, end);
    if (next == text.length) {
      return overLines ? EnumSet.of(Shape.DOCUMENT) : EnumSet.of(Shape.LINES, Shape.DOCUMENT);
    }
    return !overLines && lineBreak(text, end, next)
        ? EnumSet.of(Shape.LINES)
        : EnumSet.noneOf(Shape.class);
  }

  private static int lengthOfValue(byte[] text, int start) throws IOException {
    try (JsonParser parser = JSON.createParser(text, start, text.length - start)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        parser.skipChildren();
      }
      return (int) parser.currentLocation().getByteOffset();
    }
  }

  private static boolean lineBreak(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  private static int pastSpace(byte[] text, int from) {
    int i = from;
    while (i < text.length
        && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t')) {
      i++;
    }
    return i;
  }
}
