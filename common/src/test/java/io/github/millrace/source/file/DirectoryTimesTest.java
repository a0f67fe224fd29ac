package io.github.millrace.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryTimesTest {
  private static final List<String> NAMES = List.of("sub");

  private long now = -12345;
  private final DirectoryTimes times = new DirectoryTimes(() -> now);

  @BeforeEach
  void everythingIsListedAtFirst() {
    times.begin();
    assertThat(times.unchanged("d", 7)).isEmpty();
    times.listed("d", 7, NAMES);
    times.end();
  }

  private void after(Duration time) {
    now += time.toNanos();
    times.begin();
  }

  @Test
  void aTimeIsBelievedOnceItWasSeenSecondsBefore() {
    after(Duration.ofSeconds(1));
    assertThat(times.unchanged("d", 7)).as("a change within a tick").isEmpty();
    times.listed("d", 7, NAMES);
    after(Duration.ofSeconds(3));
    assertThat(times.unchanged("d", 7)).isEmpty();
    times.listed("d", 7, NAMES);
    after(Duration.ofSeconds(1));
    assertThat(times.unchanged("d", 7)).contains(NAMES);
    assertThat(times.unchanged("e", 7)).isEmpty();
  }

  @Test
  void anotherTimeIsListedAndHasToBeSeenAgain() {
    after(Duration.ofSeconds(4));
    times.listed("d", 7, NAMES);
    after(Duration.ofSeconds(4));
    // Earlier or later: a clock may have been set.
    assertThat(times.unchanged("d", 6)).isEmpty();
    times.listed("d", 6, NAMES);
    after(Duration.ofSeconds(1));
    assertThat(times.unchanged("d", 6)).isEmpty();
    assertThat(times.unchanged("d", 7)).isEmpty();
  }

  @Test
  void whatWasNewMayNotBeTakenUpYet() {
    after(Duration.ofSeconds(4));
    times.listed("d", 7, null);
    after(Duration.ofSeconds(4));
    assertThat(times.unchanged("d", 7)).isEmpty();
    times.listed("d", 7, NAMES);
    after(Duration.ofSeconds(1));
    assertThat(times.unchanged("d", 7)).contains(NAMES);
  }

  @Test
  void everythingIsListedNowAndThen() {
    after(Duration.ofSeconds(4));
    times.listed("d", 7, NAMES);
    after(Duration.ofSeconds(50));
    assertThat(times.unchanged("d", 7)).contains(NAMES);
    after(Duration.ofSeconds(10));
    assertThat(times.unchanged("d", 7)).isEmpty();
    times.listed("d", 7, NAMES);
    // Which has taken long.
    now += Duration.ofSeconds(9).toNanos();
    times.end();
    after(Duration.ofSeconds(150));
    assertThat(times.unchanged("d", 7)).contains(NAMES);
    after(Duration.ofSeconds(60));
    assertThat(times.unchanged("d", 7)).isEmpty();
  }

  @Test
  void aDirectoryThatIsGoneIsForgotten() {
    after(Duration.ofSeconds(4));
    times.listed("d", 7, NAMES);
    times.gone("d");
    after(Duration.ofSeconds(4));
    assertThat(times.unchanged("d", 7)).isEmpty();
  }
}
