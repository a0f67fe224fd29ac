package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunServersIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir private Path run;

  @Test
  void aServerStartsOnceAndEndsWithItsRun() throws IOException {
    Process owner = new ProcessBuilder("sleep", "600").start();
    Files.writeString(run.resolve("pid"), owner.pid() + "\n");

    String address = RunServers.address(RunServers.Kind.KAFKA, run);

    assertThat(RunServers.address(RunServers.Kind.KAFKA, run)).isEqualTo(address);
    int port = Integer.parseInt(address.replaceAll("localhost:(\\d+) .*", "$1"));
    assertThat(Ports.listening(port)).isTrue();
    owner.destroyForcibly();
    Await.until("the end of Kafka", TIMEOUT, () -> !Ports.listening(port));
    Await.until(
        "a clear word on it",
        TIMEOUT,
        () -> {
          try {
            RunServers.address(RunServers.Kind.KAFKA, run);
            return false;
          } catch (IllegalStateException e) {
            return e.getMessage().startsWith("The run's KAFKA has ended");
          }
        });
  }

  @Test
  void tellsWhyAServerDidNotStart() {
    assertThatThrownBy(() -> RunServers.address(RunServers.Kind.KAFKA, run))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The run's KAFKA did not start")
        .hasMessageContaining(run.resolve("pid").toString());
  }

  @Test
  void whatIsTheRunsIsNotDisturbed() {
    try (Kafka kafka = new Kafka("localhost:1", "localhost:2", Optional.empty())) {
      assertThatThrownBy(kafka::stopBroker)
          .hasMessage(
              "The broker at localhost:1 is the whole run's: start one of your own to disturb it");
    }
  }
}
