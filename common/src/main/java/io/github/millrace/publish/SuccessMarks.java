package io.github.millrace.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.SuccessStep;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files by which directories are marked as complete. */
public final class SuccessMarks {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What completed a directory that something else has marked. */
  private static final String FOREIGN = "";

  private final Configuration hadoop;

  public SuccessMarks(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** A directory's mark as a unit finds it, and what the unit makes of it. */
  public SuccessStep.Mark mark(Path directory, boolean complete) throws IOException {
    return new SuccessStep.Mark(directory.toString(), completedBy(directory), complete);
  }

  /** The identity of the unit that completed a directory; null if it is not complete. */
  public String completedBy(Path directory) throws IOException {
    Path file = new Path(directory, SuccessStep.FILE);
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      JsonNode content = JSON.readTree(in.readAllBytes());
      return content.path("unit").asText(FOREIGN);
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException e) {
      return FOREIGN;
    }
  }

  /**
   * Does a step. A mark that is not as the unit has found it is another unit's by now, which came
   * after this one: for whoever has prepared a later unit has completed this one before.
   */
  void apply(SuccessStep step, LedgerEntry entry) throws IOException {
    for (SuccessStep.Mark mark : step.marks()) {
      Path directory = new Path(mark.directory());
      if (Objects.equals(completedBy(directory), mark.expected())) {
        set(directory, mark.complete() ? entry : null);
      }
    }
  }

  private void set(Path directory, LedgerEntry entry) throws IOException {
    Path file = new Path(directory, SuccessStep.FILE);
    FileSystem fs = Storage.of(file, hadoop);
    if (entry == null) {
      fs.delete(file, false);
      return;
    }
    Path own = new Path(directory, "." + SuccessStep.FILE + "." + UUID.randomUUID());
    Storage.writeNew(
        own,
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("unit", entry.identity())
                .put("completedAt", entry.preparedAt().toString())),
        hadoop);
    Storage.replace(own, file, hadoop);
  }
}
