package io.github.millrace.testkit;

import java.nio.file.Path;
import java.time.Duration;

/** A JVM that starts a child, writes its process id, and ends without closing it. */
public final class OrphanMain {

  private OrphanMain() {}

  /**
   * Starts the child.
   *
   * @param args a directory for its log, and how to end: {@code end}, {@code exit} or {@code wait}
   */
  public static void main(String[] args) throws InterruptedException {
    Path log = Path.of(args[0], "orphan.log");
    ChildProcess.start("orphan", new ProcessBuilder("sh", "-c", "echo $$; exec sleep 600"), log);
    Await.until(
        "its process id", Duration.ofSeconds(20), () -> ChildProcess.read(log).endsWith("\n"));
    System.out.print(ChildProcess.read(log));
    switch (args[1]) {
      case "exit" -> System.exit(1);
      case "wait" -> Thread.sleep(600_000);
      default -> {
        // Falls off the end of main.
      }
    }
  }
}
