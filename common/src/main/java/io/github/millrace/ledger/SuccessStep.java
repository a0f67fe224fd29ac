package io.github.millrace.ledger;

import java.util.List;

/**
 * Says of directories whether they are complete: such a one has the file {@value #FILE}, whose
 * content names the unit that completed it.
 */
public record SuccessStep(List<Mark> marks) implements Step {
  /** The name of the file, as Hadoop's jobs and those who wait for them have it. */
  public static final String FILE = "_SUCCESS";

  public SuccessStep {
    marks = List.copyOf(marks);
  }

  @Override
  public String target() {
    return "%s in %d directories".formatted(FILE, marks.size());
  }

  /**
   * What becomes of a directory.
   *
   * @param expected the {@link LedgerEntry#identity} of the unit that completed it before; null if
   *     it was not complete when the unit was prepared
   * @param complete whether it is complete with this unit
   */
  public record Mark(String directory, String expected, boolean complete) {}
}
