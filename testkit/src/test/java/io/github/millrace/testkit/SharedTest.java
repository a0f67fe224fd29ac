package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SharedTest {

  private static final List<String> STARTED = new ArrayList<>();

  static final Shared<FirstServer> FIRST =
      Shared.of(FirstServer.class, () -> new FirstServer("first"));

  static final Shared<FirstServer> AGAIN =
      Shared.of(FirstServer.class, () -> new FirstServer("again"));

  static final Shared<FirstServer> VARIANT =
      Shared.of(FirstServer.class, "variant", () -> new FirstServer(FIRST.get().name + "+"));

  static final Shared<FirstServer> BROKEN =
      Shared.of(
          FirstServer.class,
          "broken",
          () -> {
            STARTED.add("broken");
            throw new IllegalStateException("no port");
          });

  @AfterAll
  static void startedEachOnce() {
    assertThat(STARTED).doesNotHaveDuplicates();
  }

  @Test
  void startsAServerOnceForAllWhoShareIt() {
    assertThat(FIRST.get()).isSameAs(AGAIN.get());
    assertThat(VARIANT.get().name).isIn("first+", "again+");
  }

  @Test
  void doesNotTryABrokenServerAgain() {
    assertThatThrownBy(BROKEN::get).hasMessage("no port");
    assertThatThrownBy(BROKEN::get).hasRootCauseMessage("no port");
  }

  private static final class FirstServer implements AutoCloseable {

    private final String name;

    FirstServer(String name) {
      this.name = name;
      STARTED.add(name);
    }

    @Override
    public void close() {
      STARTED.remove(name);
    }
  }
}
