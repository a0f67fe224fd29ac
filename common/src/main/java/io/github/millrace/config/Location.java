package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;

/**
 * A directory or file of a configuration: as the user has written it, which messages show, and as a
 * path that means the same from any directory and on any machine, which a job works with.
 */
public final class Location {
  private final String text;
  private final Configuration hadoop;

  private Location(String text, Configuration hadoop) {
    this.text = text;
    this.hadoop = hadoop;
  }

  /** As it is written. {@link ConfigLoader} adds what its path depends on, also to a default. */
  @JsonCreator
  public static Location of(String text) {
    return new Location(text, null);
  }

  /** The same, seen with Hadoop's settings. */
  Location seenWith(Configuration settings) {
    return new Location(text, settings);
  }

  boolean isBlank() {
    return text.isBlank();
  }

  /**
   * The path with scheme, authority and all.
   *
   * @throws UncheckedIOException if its file system cannot be reached
   */
  public String path() {
    try {
      return Storage.qualified(text, hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** A file or directory in this one. */
  public Location child(String name) {
    return new Location(text + "/" + name, hadoop);
  }

  /** The {@link #path} of one that may be null, and null then. */
  public static String pathOf(Location location) {
    return location == null ? null : location.path();
  }

  /** The text of one that may be null, and null then. */
  public static String textOf(Location location) {
    return location == null ? null : location.text;
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
