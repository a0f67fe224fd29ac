package io.github.millrace.clickstream.land;

import io.github.millrace.config.StreamTrigger;
import io.github.millrace.stream.StreamQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.SparkSession;

/** The streams of feeds, and the clients that they ask their brokers by. */
final class Sources implements AutoCloseable {
  private final SparkSession session;
  private final Consumer<String> out;
  private final List<Admin> admins = new ArrayList<>();

  /**
   * Creates them.
   *
   * @param out takes the lines that the user reads
   */
  Sources(SparkSession session, Consumer<String> out) {
    this.session = session;
    this.out = out;
  }

  StreamQuery query(FeedPlan plan, StreamTrigger trigger, StreamQuery.BeforeStart beforeStart)
      throws IOException {
    LandedTables tables = LandedTables.of(plan, session, out);
    if (!plan.feed().readsTopic()) {
      return plan.query(
          plan.files().stream(session),
          trigger,
          beforeStart,
          new FileWork(plan, new CompleteHours(plan, tables)),
          tables.steps());
    }
    Admin admin = plan.topic().admin();
    admins.add(admin);
    return plan.query(
        plan.topic().stream(session, Long.MAX_VALUE),
        trigger,
        beforeStart,
        new TopicWork(plan, admin, new CompleteHours(plan, tables)),
        tables.steps());
  }

  @Override
  public void close() {
    admins.forEach(Admin::close);
  }
}
