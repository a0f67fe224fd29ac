package io.github.millrace.datagen.truth;

import java.io.IOException;

/** Takes the truth about each record when the record has been written to its place. */
@FunctionalInterface
public interface TruthSink<R> {
  void add(Place place, R record) throws IOException;
}
