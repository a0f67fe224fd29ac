package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A configuration with a key of each kind. */
record Sample(
    @Valid In input,
    @NotBlank(message = "is missing; set it to a directory of the job's own") String checkpoint,
    Style style,
    Boolean deduplicate,
    @Min(value = 1, message = "must be from 1 to 64")
        @Max(value = 64, message = "must be from 1 to 64")
        Integer workers,
    Long limit,
    Double share,
    List<String> topics,
    List<Integer> ports,
    Map<String, String> options,
    Map<String, @Valid Feed> feeds,
    Pace pace,
    @Min(value = 100_000, message = "must have six digits or more") Long password) {

  Sample {
    style = Objects.requireNonNullElse(style, Style.PLAIN);
    workers = Objects.requireNonNullElse(workers, 4);
  }

  record In(
      @NotBlank(message = "is missing; set it to the directory that files arrive in") String path,
      @Valid Kafka kafka) {}

  record Kafka(String servers, Map<String, String> options) {}

  record Feed(
      @NotBlank(message = "is missing; set it to a topic") String topic,
      Location output,
      String password,
      @Valid @JsonUnwrapped Extent extent) {}

  record Extent(
      @Min(value = 1, message = "must be 1 or more") Integer most, Map<String, String> more) {}

  enum Style {
    PLAIN,
    VERY_FANCY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A value with a reader of its own. */
  static final class Pace {
    private final String text;

    private Pace(String text) {
      this.text = text;
    }

    @JsonCreator
    static Pace parse(String text) {
      if (!text.endsWith("/s")) {
        throw new IllegalArgumentException("must end in /s, such as 5/s");
      }
      return new Pace(text);
    }

    @JsonValue
    @Override
    public String toString() {
      return text;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Pace pace && text.equals(pace.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }
}
