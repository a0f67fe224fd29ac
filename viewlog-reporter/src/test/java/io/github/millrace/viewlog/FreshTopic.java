package io.github.millrace.viewlog;

import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Gives each test a topic of its own, named like the test, and a directory for what is left. */
abstract class FreshTopic {
  static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir Path directory;
  ReportRun run;

  @BeforeEach
  void prepare(TestInfo test) throws IOException {
    run = ReportRun.in(directory, KAFKA.get(), test.getTestMethod().orElseThrow().getName(), 2);
  }
}
