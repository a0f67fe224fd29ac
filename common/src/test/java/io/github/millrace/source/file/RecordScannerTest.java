package io.github.millrace.source.file;

import static io.github.millrace.source.file.Found.bad;
import static io.github.millrace.source.file.Found.good;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordScannerTest {
  private static final int LARGE = 1 << 20;
  private static final String TOO_LARGE =
      "too-large: the record is longer than input.maxRecordBytes allows; it stays in its file";

  // --- Lines

  @ParameterizedTest
  @ValueSource(strings = {"a\nbb\nccc\n", "a\nbb\nccc"})
  void linesEndAtANewlineOrTheFilesEnd(String text) throws IOException {
    assertThat(scan(Shape.LINES, text))
        .containsExactly(good(0, "a"), good(2, "bb"), good(5, "ccc"));
  }

  /** The parser takes a carriage return for the white space that it is. */
  @Test
  void aCarriageReturnIsTheRecords() throws IOException {
    assertThat(scan(Shape.LINES, "a\r\n\r\nb\r\n"))
        .containsExactly(good(0, "a\r"), good(3, "\r"), good(5, "b\r"));
  }

  @Test
  void blankLinesAreRecords() throws IOException {
    assertThat(scan(Shape.LINES, "\n \na\n\n"))
        .containsExactly(good(0, ""), good(1, " "), good(3, "a"), good(5, ""));
  }

  @Test
  void aByteOrderMarkIsTheFirstRecords() throws IOException {
    assertThat(scan(Shape.LINES, "\uFEFFa\nb")).containsExactly(good(0, "\uFEFFa"), good(5, "b"));
  }

  @Test
  void noBytesAreNoLines() throws IOException {
    assertThat(scan(Shape.LINES, "")).isEmpty();
  }

  @Test
  void aLineBelongsToTheSplitInWhichItBegins() throws IOException {
    assertThat(
            Found.all(
                RecordScanner.of(settings(Shape.LINES), scanner("a\nbb\ncc\n", LARGE, 9), 3, null)))
        .containsExactly(good(0, "a"), good(2, "bb"));
  }

  // --- A limit on the record

  @ParameterizedTest
  @CsvSource({"3, false", "4, false", "5, true", "6, true", "500, true"})
  void aLineBeyondTheLimitIsToldAndTheNextIsIntact(int length, boolean tooLarge)
      throws IOException {
    String line = "x".repeat(length);

    assertThat(Found.all(of(Shape.LINES, "ab\n" + line + "\ncd\n", 4, 3)))
        .containsExactly(
            good(0, "ab"), tooLarge ? bad(3L, TOO_LARGE) : good(3, line), good(4 + length, "cd"));
  }

  @ParameterizedTest
  @CsvSource({"4, false", "5, true", "50, true"})
  void theLimitHoldsForTheLastLineToo(int length, boolean tooLarge) throws IOException {
    String line = "x".repeat(length);

    assertThat(Found.all(of(Shape.LINES, line, 4, 3)))
        .containsExactly(tooLarge ? bad(0L, TOO_LARGE) : good(0, line));
  }

  @ParameterizedTest
  @CsvSource({"4, false", "5, true", "50, true"})
  void theLimitHoldsForADocument(int length, boolean tooLarge) throws IOException {
    String document = "x\n" + "y".repeat(length - 2);

    assertThat(Found.all(of(Shape.DOCUMENT, document, 4, 3)))
        .containsExactly(tooLarge ? bad(0L, TOO_LARGE) : good(0, document));
  }

  @ParameterizedTest
  @CsvSource({"2, false", "3, true", "40, true"})
  void anElementBeyondTheLimitIsToldAndTheNextIsIntact(int length, boolean tooLarge)
      throws IOException {
    String element = "{\"" + "x".repeat(length) + "\":\"]},\"}";

    assertThat(Found.all(of(Shape.ARRAY, "[{}," + element + ",{ }]", 12, 3)))
        .containsExactly(
            good(1, "{}"),
            tooLarge ? bad(4L, TOO_LARGE) : good(4, element),
            good(5 + element.length(), "{ }"));
  }

  // --- The window

  /** However the bytes arrive, and however small the window, the same records are found. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void theWindowIsRefilledAnywhere(Shape shape) throws IOException {
    String text =
        switch (shape) {
          case LINES -> "a\n\nbcdefgh\r\nijklmnopqrstuvwxyz0123456789\nA\n\n";
          case DOCUMENT -> "{\"a\": [1, 2],\n\n \"bcdefgh\": \"ijkl\nmnopqr\"}\n";
          case CSV -> "a\r\n\"bcd\n\nef\"\"gh\",ij\r\n\r\nklm\"nopq\n\"r\"\n";
          case CSV_LINES -> "\uFEFFa\r\n\"b\r\n\r\nijklmnopqrst\n";
          case ARRAY ->
              "\uFEFF [ {\"a\":\"\\\"]\"},\n[1,[2]] ,\"x\\\\\", 123456789 ,{\"b\":{\"c\":[{}]}} ] ";
        };
    int length = text.getBytes(UTF_8).length;
    List<Found> expected = scan(shape, text);
    assertThat(expected).isNotEmpty().allMatch(found -> found.problem() == null);
    int longest =
        expected.stream()
            .mapToInt(found -> found.value().getBytes(UTF_8).length)
            .max()
            .orElseThrow();

    for (int limit = longest; limit <= length + 1; limit++) {
      for (int chunk = 1; chunk <= length; chunk++) {
        assertThat(Found.all(of(shape, text, limit, chunk)))
            .as("limit %d, chunks of %d", limit, chunk)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void theWindowGrowsWithTheRecord() throws IOException {
    String line = "0123456789".repeat(100_000);

    assertThat(Found.all(of(Shape.LINES, "a\n" + line + "\nb\n", 1 << 24, 4_096)))
        .containsExactly(good(0, "a"), good(2, line), good(3 + line.length(), "b"));
  }

  /** Among bytes that differ from it by one, or by the high bit. */
  @Test
  void theByteLookedForMayStandAnywhere() throws IOException {
    for (int at = 0; at < 40; at++) {
      byte[] bytes = new byte[40];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = new byte[] {'\n' - 1, '\n' + 1, (byte) ('\n' | 0x80), 0, (byte) 0xFF}[i % 5];
      }
      bytes[at] = '\n';
      try (ByteScanner in = new ByteScanner(new ByteArrayInputStream(bytes), 0, LARGE)) {
        assertThat(in.skipTo((byte) '\n')).isTrue();
        assertThat(in.position()).isEqualTo(at);
        in.next();
        assertThat(in.skipTo((byte) '\n')).isFalse();
        assertThat(in.position()).isEqualTo(40);
      }
    }
  }

  // --- Document

  @ParameterizedTest
  @ValueSource(strings = {"{\n\"a\": 1\n}\n", "\uFEFF{}", " \n ", "{\"a\"", "no JSON"})
  void aDocumentIsTheWholeFile(String text) throws IOException {
    assertThat(scan(Shape.DOCUMENT, text)).containsExactly(good(0, text));
  }

  // --- Array

  @ParameterizedTest
  @ValueSource(strings = {"[]", " [ ] \n", "\uFEFF[]", "[\r\n\t]"})
  void anEmptyArrayHasNoRecords(String text) throws IOException {
    assertThat(scan(Shape.ARRAY, text)).isEmpty();
  }

  @Test
  void anArraysElementsAreToldApart() throws IOException {
    assertThat(scan(Shape.ARRAY, " [\n{\"a\": 1} ,\t{\"b\": {\"c\": [{}, []]}}\r\n]\n"))
        .containsExactly(good(3, "{\"a\": 1}"), good(14, "{\"b\": {\"c\": [{}, []]}}"));
  }

  @Test
  void bracketsInStringsAreText() throws IOException {
    assertThat(scan(Shape.ARRAY, "[{\"a\":\"}],[{\"},{\"]\":\"\\\"}\"},{\"c\":\"\\\\\"}]"))
        .extracting(Found::value)
        .containsExactly("{\"a\":\"}],[{\"}", "{\"]\":\"\\\"}\"}", "{\"c\":\"\\\\\"}");
  }

  /** What they are worth, the parser says. */
  @Test
  void elementsNeedNotBeObjects() throws IOException {
    assertThat(scan(Shape.ARRAY, "[1, \"a,]\" ,[2,[3]],null,]"))
        .extracting(Found::value)
        .containsExactly("1", "\"a,]\" ", "[2,[3]]", "null", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[{\"a\":1},{\"b\":\"x", "[{\"a\":1},{\"b\":[1", "[{\"a\":1},{\"b\":\"x\\\""})
  void anElementCutOffIsTheLast(String text) throws IOException {
    assertThat(scan(Shape.ARRAY, text))
        .containsExactly(good(1, "{\"a\":1}"), good(9, text.substring(9)));
  }

  @ParameterizedTest
  @CsvSource({"'[{},{}', 6", "'[{},{} \n', 8", "'[{},{},', 7", "'[{},{}, ', 8"})
  void anArrayThatEndsBetweenElementsIsTruncated(String text, long offset) throws IOException {
    assertThat(scan(Shape.ARRAY, text.replace("\\n", "\n")))
        .containsExactly(
            good(1, "{}"),
            good(4, "{}"),
            bad(offset, "truncated: the file ends before its array does"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[ "})
  void anArrayThatEndsAtItsBeginningIsTruncated(String text) throws IOException {
    assertThat(scan(Shape.ARRAY, text))
        .containsExactly(
            bad((long) text.length(), "truncated: the file ends before its array does"));
  }

  /** Nothing was read of such a file, so the problem is that of the whole. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "x[{}]", ",[{}]", "]"})
  void textBeforeTheArrayIsMalformed(String text) throws IOException {
    assertThat(scan(Shape.ARRAY, text))
        .containsExactly(bad(null, "malformed: the file does not begin with '['"));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\r\n\t ", "\uFEFF", "\uFEFF \n"})
  void aBlankFileIsBlank(String text) throws IOException {
    assertThat(scan(Shape.ARRAY, text))
        .containsExactly(bad(null, "blank: nothing but white space, must be an array"));
  }

  @ParameterizedTest
  @CsvSource({"'[{}]x', 4", "'[{}] {}', 5", "'[{}][{}]', 4"})
  void textAfterTheArrayIsMalformed(String text, long offset) throws IOException {
    assertThat(scan(Shape.ARRAY, text))
        .containsExactly(good(1, "{}"), bad(offset, "malformed: text after the array's end"));
  }

  @ParameterizedTest
  @CsvSource({"'[{}{}]', 3", "'[{} {},{}]', 4", "'[{}:{}]', 3"})
  void aMissingCommaIsMalformed(String text, long offset) throws IOException {
    assertThat(scan(Shape.ARRAY, text))
        .containsExactly(
            good(1, "{}"), bad(offset, "malformed: between two elements stands no comma"));
  }

  @ParameterizedTest
  @CsvSource({
    "LINES, 'a\nbb\nc', 2, 'bb'",
    "LINES, 'a\nbb', 2, 'bb'",
    "DOCUMENT, '{\n}', 0, '{\n}'",
    "ARRAY, '[1,{\"a\":[2]},3]', 3, '{\"a\":[2]}'"
  })
  void theOneRecordThatBeginsAtAByte(Shape shape, String text, int at, String record)
      throws IOException {
    InputStream rest = new ByteArrayInputStream(text.substring(at).getBytes(UTF_8));

    assertThat(
            Found.all(
                RecordScanner.single(settings(shape), new ByteScanner(rest, at, LARGE), null)))
        .containsExactly(good(at, record));
  }

  private static List<Found> scan(Shape shape, String text) throws IOException {
    return Found.all(of(shape, text, LARGE, LARGE));
  }

  private static RecordScanner of(Shape shape, String text, int limit, int chunk) {
    return RecordScanner.of(settings(shape), scanner(text, limit, chunk), Long.MAX_VALUE, null);
  }

  private static FileRecords.Settings settings(Shape shape) {
    return new FileRecords.Settings(shape, LARGE);
  }

  private static ByteScanner scanner(String text, int limit, int chunk) {
    return new ByteScanner(new Dribble(text.getBytes(UTF_8), chunk), 0, limit);
  }

  /** Gives only so many bytes at a time, and now and then none, as a network does. */
  private static final class Dribble extends InputStream {
    private final InputStream bytes;
    private final int chunk;
    private boolean dry;

    Dribble(byte[] bytes, int chunk) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.chunk = chunk;
    }

    @Override
    public int read() throws IOException {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      dry = !dry;
      return dry ? 0 : bytes.read(into, from, Math.min(chunk, length));
    }
  }
}
