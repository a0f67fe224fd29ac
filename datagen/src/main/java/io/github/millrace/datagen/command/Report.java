package io.github.millrace.datagen.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a command prints when it is done. */
public final class Report {
  private Report() {}

  /**
   * Prints the totals in a line, the bad records by reason below it, and where everything is.
   *
   * @param width the width of the reasons' column
   */
  public static void print(
      PrintWriter out, String totals, Map<String, Long> reasons, int width, List<String> places) {
    out.println(totals);
    reasons.forEach(
        (reason, count) -> out.printf(Locale.ROOT, "  %-" + width + "s %,d%n", reason, count));
    places.forEach(out::println);
    out.flush();
  }
}
