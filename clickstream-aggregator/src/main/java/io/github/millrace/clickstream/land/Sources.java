package io.github.millrace.clickstream.land;

import io.github.millrace.config.StreamTrigger;
import io.github.millrace.stream.StreamQuery;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.SparkSession;

/** The streams of feeds, and the clients that they ask their brokers by. */
final class Sources implements AutoCloseable {
  private final SparkSession session;
  private final List<Admin> admins = new ArrayList<>();

  Sources(SparkSession session) {
    this.session = session;
  }

  StreamQuery query(FeedPlan plan, StreamTrigger trigger, StreamQuery.BeforeStart beforeStart) {
    if (!plan.feed().readsTopic()) {
      return plan.query(plan.files().stream(session), trigger, beforeStart, new FileWork(plan));
    }
    Admin admin = plan.topic().admin();
    admins.add(admin);
    return plan.query(
        plan.topic().stream(session, Long.MAX_VALUE),
        trigger,
        beforeStart,
        new TopicWork(plan, admin));
  }

  @Override
  public void close() {
    admins.forEach(Admin::close);
  }
}
