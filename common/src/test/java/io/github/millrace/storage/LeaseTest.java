package io.github.millrace.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.publish.Disk;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class LeaseTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  @Parameter private Disk.Kind kind;
  @TempDir private Path dir;

  private Disk disk;

  @BeforeEach
  void setUp() throws IOException {
    disk = kind.create(dir, HDFS);
  }

  private Lease take(String role) throws IOException {
    return Lease.take(
        new org.apache.hadoop.fs.Path(disk.path("roles")), role, "output o", disk.hadoop());
  }

  private org.apache.hadoop.fs.Path file(String name) {
    return new org.apache.hadoop.fs.Path(disk.path(name));
  }

  private void publish(Lease lease, String name) throws IOException {
    lease.publish(file(name), name.getBytes(UTF_8));
  }

  private void refused(Lease lease, String name) {
    assertThatThrownBy(() -> publish(lease, name))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageStartingWith(name + " is not published, for another run has taken over (")
        .hasMessageContaining(lease.id());
    assertThatThrownBy(() -> lease.replace(file("owner"), new byte[1]))
        .isInstanceOf(JobException.class);
  }

  /** Else a process that was paused might go on with the one of its roles that it still has. */
  @Test
  void whoHasLostOneRoleHasLostAll() throws IOException {
    for (String role : List.of("correction", "stream", "upkeep")) {
      take(role).close();
    }
    String process = "deadbeef.";
    disk.move("roles/correction/free", "roles/correction/" + process + 1);
    disk.write("roles/correction/" + process + 1 + "/alive", "paused");
    disk.move("roles/stream/free", "roles/stream/" + process + 2);
    disk.move("roles/upkeep/free", "roles/upkeep/facade11.3");
    ScheduledExecutorService hearts = Executors.newSingleThreadScheduledExecutor();
    List<Future<?>> beats = new ArrayList<>();
    try {
      for (String holder : List.of("stream/" + process + 2, "upkeep/facade11.3")) {
        String alive = "roles/" + holder + "/alive";
        disk.write(alive, "awake again");
        beats.add(hearts.scheduleAtFixedRate(() -> beat(alive), 0, 200, TimeUnit.MILLISECONDS));
      }
      try (Lease taken = take("correction")) {
        assertThat(taken.isHeld()).isTrue();
        assertThat(disk.directories())
            .contains("roles/stream/free", "roles/upkeep/facade11.3")
            .noneMatch(name -> name.contains(process));
        assertThat(beats).noneMatch(Future::isDone);
      }
    } finally {
      hearts.shutdownNow();
    }
  }

  private void beat(String file) {
    try {
      disk.touch(file, System.currentTimeMillis());
    } catch (IOException e) {
      // Its role is lost.
    }
  }

  /** As a process ends that is killed: it touches its file no more. */
  private String dead(String role) throws IOException {
    Lease lease = take(role);
    String id = lease.id();
    lease.close();
    disk.move("roles/" + role + "/free", "roles/" + role + "/" + id);
    disk.write("roles/" + role + "/" + id + "/alive", "process 1 on some host");
    disk.write("roles/" + role + "/" + id + "/u.prepared.json", "about to be renamed");
    return id;
  }

  @Test
  void whatIsGivenBackCanBeTaken() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Lease lease = take("stream")) {
        publish(lease, "entry" + i);
        assertThat(disk.text("entry" + i)).isEqualTo("entry" + i);
      }
      assertThat(disk.directories()).contains("roles/stream/free");
    }
    assertThat(disk.files()).containsExactly("entry0", "entry1");
    if (kind == Disk.Kind.LOCAL) {
      assertThat(Files.getPosixFilePermissions(dir.resolve("entry0")))
          .doesNotContain(PosixFilePermission.OTHERS_WRITE);
    }
  }

  @Test
  void whatIsHeldIsRefusedAndItsHolderNamed() throws IOException {
    try (Lease lease = take("stream");
        Lease other = take("correction")) {
      assertThatThrownBy(() -> take("stream"))
          .isInstanceOfSatisfying(
              JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
          .hasMessageStartingWith(
              "output o is in use by process %d on ".formatted(ProcessHandle.current().pid()))
          .hasMessageEndingWith("; stop that run first");
      publish(lease, "a");
      publish(other, "b");
    }
  }

  @Test
  void aDeadHolderIsReplacedAndWhatItWasAboutToPublishIsNot() throws IOException {
    String dead = dead("stream");

    try (Lease lease = take("stream")) {
      assertThat(disk.directories()).noneMatch(name -> name.contains(dead));
      assertThat(disk.files()).containsExactly("roles/stream/" + lease.id() + "/alive");
      publish(lease, "a");
    }
  }

  /** A process that holds two roles loses both at once. */
  @Test
  void theDeadLoseTheirOtherRoleToo() throws IOException {
    String dead = dead("stream");

    try (Lease lease = take("correction")) {
      assertThat(disk.directories())
          .contains("roles/stream/free")
          .noneMatch(name -> name.contains(dead));
      publish(lease, "a");
    }
  }

  /** One that was paused, say, and whose role was taken, given back and taken again meanwhile. */
  @Test
  void whoHasLostItPublishesNothing() throws IOException {
    Lease paused = take("stream");
    disk.move("roles/stream/" + paused.id(), "roles/stream/free");
    refused(paused, "a");

    try (Lease second = take("stream")) {
      refused(paused, "b");
      publish(second, "c");
    }
    try (Lease third = take("stream")) {
      refused(paused, "d");
      paused.close();
      publish(third, "e");
    }
    refused(paused, "f");
    assertThat(disk.files()).containsExactly("c", "e");
  }

  @Test
  void oneOfManyWhoComeAtOnceGetsIt() throws Exception {
    int many = 8;
    ExecutorService threads = Executors.newFixedThreadPool(many);
    try {
      for (int round = 0; round < 5; round++) {
        disk = kind.create(dir.resolve("round" + round), HDFS);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Lease>> tries = new ArrayList<>();
        for (int i = 0; i < many; i++) {
          tries.add(
              threads.submit(
                  () -> {
                    start.await();
                    try {
                      return take("stream");
                    } catch (JobException e) {
                      return null;
                    }
                  }));
        }
        start.countDown();
        List<Lease> held = new ArrayList<>();
        for (Future<Lease> one : tries) {
          if (one.get() != null) {
            held.add(one.get());
          }
        }
        assertThat(held).hasSize(1);
        publish(held.get(0), "a");
        held.get(0).close();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRoleIsMadeAgainWhereACopyHasLeftOutWhatIsEmpty() throws IOException {
    take("stream").close();
    disk.delete("roles/stream/free");

    try (Lease lease = take("stream")) {
      publish(lease, "a");
    }
  }

  /** Which would show no life, so that a living holder would be taken for dead. */
  @Test
  void aFileSystemThatKeepsNoTimesIsRefused() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.timeless.impl", Timeless.class.getName());

    assertThatThrownBy(
            () ->
                Lease.take(
                    new org.apache.hadoop.fs.Path("timeless:" + dir), "r", "output o", hadoop))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("does not keep the times of files");
  }

  /** A local disk that passes over what it is told about times, as some connectors do. */
  public static final class Timeless extends RawLocalFileSystem {
    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("timeless:///");
    }

    @Override
    public void setTimes(org.apache.hadoop.fs.Path path, long modified, long accessed) {}
  }
}
