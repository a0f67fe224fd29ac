package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.Yarn.Application;
import io.github.millrace.testkit.Yarn.FinalStatus;
import io.github.millrace.testkit.Yarn.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class YarnIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @RegisterExtension static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::start);

  @RegisterExtension
  static final Shared<Yarn> YARN = Shared.of(Yarn.class, () -> Yarn.start(HDFS.get()));

  @TempDir static Path dir;

  @Test
  void runsAnApplicationInClusterMode() throws IOException {
    submit("ends", "end").run(TIMEOUT).expect(0);

    Application application = named("ends");
    assertThat(application.state()).isEqualTo(State.FINISHED);
    assertThat(application.finalStatus()).isEqualTo(FinalStatus.SUCCEEDED);
    assertThat(YARN.get().logs(application.id())).contains("rows=1000");
  }

  @Test
  void tellsWhyAnApplicationFailed() throws IOException {
    submit("fails", "fail").conf("spark.yarn.maxAppAttempts", "1").run(TIMEOUT).expect(1);

    Application application = named("fails");
    assertThat(application.finalStatus()).isEqualTo(FinalStatus.FAILED);
    assertThat(application.diagnostics()).contains("exit code 4: told to fail");
  }

  @Test
  void tellsTheExitCodeOfAnApplicationThatEndsBeforeItsSession() throws IOException {
    submit("exits", "exit").conf("spark.yarn.maxAppAttempts", "1").run(TIMEOUT).expect(1);

    assertThat(named("exits").diagnostics()).contains("exitCode: 78");
  }

  @Test
  void killsAnApplication() throws IOException {
    try (SparkSubmit.Running running = submit("sleeps", "sleep").start()) {
      Await.until("the application", TIMEOUT, () -> find("sleeps").isPresent());
      String id = named("sleeps").id();
      YARN.get().kill(id);
      assertThat(running.await(TIMEOUT).exitCode()).isEqualTo(1);
    }
    assertThat(named("sleeps").finalStatus()).isEqualTo(FinalStatus.KILLED);
  }

  private static SparkSubmit submit(String name, String what) throws IOException {
    return SparkSubmit.of(SingleClassJar.of(SubmittedMain.class, dir))
        .on(YARN.get())
        .conf("spark.app.name", name)
        .args(what, "1000");
  }

  private static Application named(String name) {
    return find(name).orElseThrow();
  }

  private static Optional<Application> find(String name) {
    return YARN.get().applications().stream().filter(a -> a.name().equals(name)).findFirst();
  }
}
