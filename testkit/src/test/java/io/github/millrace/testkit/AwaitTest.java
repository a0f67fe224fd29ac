package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

  @Test
  void takesAnIoExceptionForNotYet() {
    AtomicInteger calls = new AtomicInteger();

    int value =
        Await.value(
            "a value",
            Duration.ofSeconds(10),
            () -> {
              if (calls.incrementAndGet() < 3) {
                throw new IOException("refused");
              }
              return Optional.of(calls.get());
            });

    assertThat(value).isEqualTo(3);
  }

  @Test
  void namesWhatItWaitedForAndTheLastError() {
    assertThatThrownBy(
            () ->
                Await.until(
                    "the port",
                    Duration.ofMillis(100),
                    () -> {
                      throw new IOException("refused");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Waited 100 ms in vain for the port")
        .hasRootCauseMessage("refused");
  }

  @Test
  void letsOtherErrorsThroughAtOnce() {
    assertThatThrownBy(
            () ->
                Await.until(
                    "the port",
                    Duration.ofHours(1),
                    () -> {
                      throw new IllegalArgumentException("wrong");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
