package io.github.millrace.datagen.command;

import io.github.millrace.config.TimeSpan;
import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How values are written on the command line. */
public final class Converters {
  private Converters() {}

  /** Accepts what the jobs accept as a length of time. */
  public static final class OfTimeSpan implements ITypeConverter<TimeSpan> {
    @Override
    public TimeSpan convert(String text) {
      try {
        return TimeSpan.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("is '" + text + "', " + e.getMessage());
      }
    }
  }

  /** Accepts an instant with its zone. */
  public static final class OfInstant implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "'" + text + "' is no instant: give one such as 2026-01-31T10:00:00Z.");
      }
    }
  }
}
