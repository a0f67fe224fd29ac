package io.github.millrace.stream;

import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Unit;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a job does for each batch of its own, where the rows of the stream are not yet those of the
 * sink. A batch may be worked on again after a failure, so it must come to the same.
 */
public interface BatchWork {
  /** The stream's rows are the sink's. */
  BatchWork NONE = new BatchWork() {};

  /** Makes the sink's rows of a batch's. */
  default Dataset<Row> rows(Dataset<Row> batch, long number) throws IOException {
    return batch;
  }

  /** Adds to the batch's unit, when its tasks are done. */
  default void complete(Unit unit, long number) throws IOException {}

  /**
   * Publishes what is due without a batch, such as when time has passed: called now and then while
   * a stream has no batch, and at the end of one that ends by itself.
   *
   * @param out takes the lines that the user reads
   */
  default void betweenBatches(Publisher publisher, Consumer<String> out) throws IOException {}

  /**
   * What a user reads about a published batch, behind its counts; empty for nothing.
   *
   * @param rate how many records were read in a second
   */
  default String summary(LedgerEntry entry, double rate) throws IOException {
    return "";
  }

  /**
   * The job's own gauges, beside those of every stream, by name. They are asked at any time and by
   * any thread.
   */
  default Map<String, Supplier<Number>> gauges() {
    return Map.of();
  }

  /** What is odd about a published batch, and what may be done; each is printed in a line. */
  default List<String> warnings(LedgerEntry entry) throws IOException {
    return List.of();
  }
}
