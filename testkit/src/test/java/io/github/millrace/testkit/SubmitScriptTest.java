package io.github.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitScriptTest {
  @TempDir private Path dir;

  @Test
  void aUserWithoutANameIsToldWhatToAdd() throws IOException, InterruptedException {
    // What id answers in a container that runs under an id of its own.
    Path id = Files.writeString(dir.resolve("id"), "#!/bin/sh\n[ \"$1\" != -un ] && echo 12345\n");
    Files.setPosixFilePermissions(id, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder submit = new ProcessBuilder("../bin/submit", "any.jar", "flatten");
    submit.environment().merge("PATH", dir + File.pathSeparator, (path, first) -> first + path);
    submit.redirectErrorStream(true);

    Process process = submit.start();
    String told = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(told)
        .isEqualTo(
            "submit: user id 12345 has no name, and Hadoop needs one; run as a user that has, or add"
                + " a line to /etc/passwd: spark:x:12345:12345::/tmp:/bin/sh\n");
    assertThat(process.waitFor()).isEqualTo(2);
  }
}
