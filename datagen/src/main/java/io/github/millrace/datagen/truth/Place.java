package io.github.millrace.datagen.truth;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.OptionalLong;

/** Where a record is. */
public sealed interface Place {
  /** Writes the fields that tell it. */
  void writeTo(JsonGenerator line) throws IOException;

  /**
   * In a file.
   *
   * @param file its name
   * @param ordinal the record's place in it, from 0; empty if the record is the whole file
   */
  record InFile(String file, OptionalLong ordinal) implements Place {
    public InFile(String file, long ordinal) {
      this(file, OptionalLong.of(ordinal));
    }

    @Override
    public void writeTo(JsonGenerator line) throws IOException {
      line.writeStringField("file", file);
      if (ordinal.isPresent()) {
        line.writeNumberField("ordinal", ordinal.getAsLong());
      } else {
        line.writeNullField("ordinal");
      }
    }
  }

  /**
   * In a partition of a topic.
   *
   * @param ordinal the record's place, from 0, among those sent to it
   */
  record InPartition(int partition, long ordinal) implements Place {
    @Override
    public void writeTo(JsonGenerator line) throws IOException {
      line.writeNumberField("partition", partition);
      line.writeNumberField("ordinal", ordinal);
    }
  }
}
