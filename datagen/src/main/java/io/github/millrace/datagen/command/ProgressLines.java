package io.github.millrace.datagen.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Tells from time to time how far the work is, in lines such as {@code 1,000 of 2,000 written}. */
public final class ProgressLines implements LongConsumer {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final String done;
  private long nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();

  /**
   * Makes the lines.
   *
   * @param out where they go
   * @param done what follows the number in a line
   */
  public ProgressLines(PrintWriter out, String done) {
    this.out = out;
    this.done = done;
  }

  /** Prints how much is done, unless that was printed just now. */
  @Override
  public void accept(long number) {
    if (System.nanoTime() - nextLine >= 0) {
      nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
      out.println(String.format(Locale.ROOT, "%,d ", number) + done);
    }
  }
}
