package io.github.millrace.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A server for as long as a run of {@code bin/test} lasts: until the file {@code pid} of the run's
 * directory is gone, or the process whose id is in it. Writes its process id and the address to a
 * file there. Argument: the {@link RunServers.Kind}.
 */
final class RunServerMain {
  private RunServerMain() {}

  public static void main(String[] args) throws Exception {
    Path run = Path.of(System.getProperty(RunServers.DIRECTORY));
    Path pid = run.resolve("pid");
    Optional<ProcessHandle> owner = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
    String address =
        switch (RunServers.Kind.valueOf(args[0])) {
          case HDFS -> Hdfs.start().address();
          case KAFKA -> Kafka.start().address();
          case YARN -> Yarn.start(Hdfs.ofRun()).address();
        };
    Path written =
        Files.write(
            run.resolve(args[0] + ".part"),
            List.of(Long.toString(ProcessHandle.current().pid()), address));
    Files.move(written, run.resolve(args[0]), StandardCopyOption.ATOMIC_MOVE);
    // Looked at by ourselves, for onExit() may tell of another's child seconds later.
    while (Files.exists(pid) && owner.filter(ProcessHandle::isAlive).isPresent()) {
      Thread.sleep(200);
    }
    // The server ends with this JVM.
    System.exit(0);
  }
}
