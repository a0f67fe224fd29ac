package io.github.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts of any origin as a message shows them: in one line, without what only programmers read. */
public final class OneLine {
  private static final int MOST_SHOWN = 200;

  /** What Jackson says of its own classes and settings, and of where in its source it was. */
  private static final Pattern JARGON =
      Pattern.compile(
          " \\((for \\w+ starting|start marker) at .*"
              + "|(: | \\()(enable|consider enabling|not allowed (as per|when)) `.*"
              + "| \\(not recognized as one since .*"
              + "|, from `[^`]*`| for `ObjectNode`| \\(bound as `[^`]*`\\)| \\(of type [A-Z_]+\\)");

  private OneLine() {}

  /** The text with its control characters and line breaks escaped as in Java. */
  public static String of(String text) {
    return text.codePoints().anyMatch(OneLine::breaks)
        ? text.codePoints()
            .mapToObj(c -> breaks(c) ? escaped(c) : Character.toString(c))
            .collect(Collectors.joining())
        : text;
  }

  /** A parser's message without its hints for programmers and the text that it quotes below. */
  public static String of(JsonProcessingException e) {
    String message =
        e.getOriginalMessage()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .collect(Collectors.joining(", "));
    String plain = of(JARGON.matcher(message).replaceAll(""));
    return plain.length() <= MOST_SHOWN ? plain : plain.substring(0, MOST_SHOWN) + "…";
  }

  /** The first line of an exception's message: Hadoop's may go on with a server's stack trace. */
  public static String first(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().map(OneLine::of).orElse("");
  }

  private static boolean breaks(int c) {
    return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
  }

  private static String escaped(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted(c);
    };
  }
}
