package io.github.millrace.datagen.command;

import io.github.millrace.datagen.record.Labelled;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where the records of a command go that can write to more than one place. */
public enum Target implements Labelled {
  KAFKA,
  FILES;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return label();
  }

  /**
   * Checks that an option is given which this target needs.
   *
   * @throws IllegalArgumentException naming the option, unless it has a value
   */
  public void require(String option, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(option + " is missing: --to " + this + " needs it.");
    }
  }

  /**
   * Checks that an option is not given which is another target's.
   *
   * @throws IllegalArgumentException naming the option, if it is given
   */
  public void refuse(String option, boolean given) {
    if (given) {
      throw new IllegalArgumentException(
          option + " means nothing with --to " + this + ": leave it out.");
    }
  }

  /** Accepts the names as the help shows them. */
  public static final class Converter implements ITypeConverter<Target> {
    @Override
    public Target convert(String name) {
      return Labelled.find(Target.class, name)
          .orElseThrow(
              () ->
                  new TypeConversionException("'" + name + "' is no target: give kafka or files."));
    }
  }
}
