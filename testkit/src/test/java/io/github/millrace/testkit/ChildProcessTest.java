package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildProcessTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir Path dir;

  @Test
  void killsTheChildrenOfTheChild() {
    try (ChildProcess child = shell("sleep 600 & echo $!; wait")) {
      Path log = dir.resolve("log");
      Await.until("a process id", TIMEOUT, () -> ChildProcess.read(log).endsWith("\n"));
      long grandchild = Long.parseLong(ChildProcess.read(log).strip());
      assertThat(ProcessHandle.of(grandchild)).isPresent();

      child.kill();

      Await.until("its end", TIMEOUT, () -> !alive(grandchild));
      assertThat(child.alive()).isFalse();
    }
  }

  @Test
  void showsTheLogIfTheChildDiesBeforeItIsReady() {
    try (ChildProcess child = shell("echo no licence; exit 3")) {
      assertThatThrownBy(() -> child.awaitReady("its port", TIMEOUT, () -> false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("child: It ended with exit code 3 before its port")
          .hasMessageContaining(dir.resolve("log").toString())
          .hasMessageContaining("no licence");
    }
  }

  @Test
  void tellsOfAChildThatDoesNotEndInTime() {
    try (ChildProcess child = shell("sleep 600")) {
      assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(100)))
          .hasMessageContaining("child did not end within 100 ms");
      child.terminate();
      assertThat(child.awaitExit(TIMEOUT)).isEqualTo(128 + 15);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"end", "exit", "wait"})
  void leavesNoOrphanHoweverTheJvmEnds(String end) {
    Path classes = ShadedJar.jarOf(OrphanMain.class);
    ChildJvm jvm =
        ChildJvm.of("jvm", OrphanMain.class.getName())
            .classpath(classes, ShadedJar.jarOf(ChildJvm.class))
            .args(dir.toString(), end);
    try (ChildProcess child = jvm.start(dir)) {
      long orphan =
          child.awaitValue(
              "a process id",
              TIMEOUT,
              () -> ChildProcess.read(jvm.log(dir)).lines().findFirst().map(Long::valueOf));
      if (end.equals("wait")) {
        assertThat(ProcessHandle.of(orphan)).isPresent();
        child.terminate();
      }
      child.awaitExit(TIMEOUT);
      Await.until("its end", TIMEOUT, () -> !alive(orphan));
    }
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private ChildProcess shell(String script) {
    return ChildProcess.start(
        "child", new ProcessBuilder(List.of("sh", "-c", script)), dir.resolve("log"));
  }
}
