package io.github.millrace.source.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The name of a file on a local disk, which is bytes: read as UTF-8 whatever the locale is. By
 * {@code java.io.File}, as Hadoop does, a process in a POSIX locale neither sees nor opens a file
 * whose name has an umlaut.
 *
 * @param text the name; if it is not UTF-8, with its bytes as {@code %F6}
 */
public record LocalName(String text, boolean isUtf8) {

  /** The last name of a path. */
  static LocalName of(Path path) {
    String name = path.getFileName().toString();
    return isAscii(name) ? new LocalName(name, true) : decode(lastOf(path.toUri().getRawPath()));
  }

  /** The whole of an absolute path. */
  static LocalName ofWhole(Path path) {
    String text = path.toString();
    return isAscii(text) ? new LocalName(text, true) : decode(path.toUri().getRawPath());
  }

  /** The file of a path such as {@code /in/Größe.json}. */
  static Path file(String path) {
    StringBuilder escaped = new StringBuilder("file://");
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b == '/' || (b > 0 && Character.isLetterOrDigit(b));
      if (plain) {
        escaped.append((char) b);
      } else {
        escaped.append("%%%02X".formatted(b & 0xFF));
      }
    }
    return Path.of(URI.create(escaped.toString()));
  }

  /**
   * The place of a directory, without links, as it stands in paths of files; the same where there
   * is no such directory.
   *
   * @param directory with its scheme
   */
  public static String place(String directory) throws IOException {
    URI uri = new org.apache.hadoop.fs.Path(directory).toUri();
    if (!"file".equals(uri.getScheme())) {
      return directory;
    }
    try {
      return "file:" + ofWhole(file(uri.getPath()).toRealPath()).text();
    } catch (NoSuchFileException e) {
      return directory;
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String lastOf(String escaped) {
    // A directory's ends with a slash.
    String path = escaped.endsWith("/") ? escaped.substring(0, escaped.length() - 1) : escaped;
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static LocalName decode(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder readable = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      int b = escaped.charAt(i);
      if (b == '%') {
        b = Integer.parseInt(escaped, i + 1, i + 3, 16);
        i += 2;
      }
      bytes.write(b);
      readable.append(b < 0x80 ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    try {
      ByteBuffer whole = ByteBuffer.wrap(bytes.toByteArray());
      return new LocalName(StandardCharsets.UTF_8.newDecoder().decode(whole).toString(), true);
    } catch (CharacterCodingException e) {
      return new LocalName(readable.toString(), false);
    }
  }
}
