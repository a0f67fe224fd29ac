package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.Yarn.Application;
import io.github.millrace.testkit.Yarn.FinalStatus;
import io.github.millrace.testkit.Yarn.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failing, early and late, and being killed is what the invoice job shows on it. */
class YarnIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  static final Shared<Yarn> YARN = Shared.of(Yarn.class, Yarn::ofRun);

  @TempDir static Path dir;

  @Test
  void runsAnApplicationInClusterMode() throws IOException {
    submit("ends", "end").run(TIMEOUT).expect(0);

    Application application = YARN.get().named("ends");
    assertThat(application.state()).isEqualTo(State.FINISHED);
    assertThat(application.finalStatus()).isEqualTo(FinalStatus.SUCCEEDED);
    assertThat(YARN.get().logs(application.id())).contains("rows=1000");
  }

  private static SparkSubmit submit(String name, String what) throws IOException {
    return SparkSubmit.of(SingleClassJar.of(SubmittedMain.class, dir))
        .on(YARN.get())
        .conf("spark.app.name", name)
        .args(what, "1000");
  }
}
