package io.github.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class HdfsIT {

  static final Shared<Hdfs> HDFS =
      Shared.of(Hdfs.class, "small blocks", () -> Hdfs.start(new Hdfs.Options(1, 1024)));

  @Test
  void keepsAFileInBlocksOfTheSizeAskedFor() throws IOException {
    FileSystem fs = HDFS.get().fileSystem();
    Path file = new Path("/blocks/file");
    write(fs, file, "x".repeat(2500));

    assertThat(read(fs, file)).hasSize(2500);
    assertThat(fs.getFileBlockLocations(file, 0, 2500)).hasSize(3);
  }

  @Test
  void refusesWritesInSafeMode() throws IOException {
    FileSystem fs = HDFS.get().fileSystem();
    HDFS.get().enterSafeMode();
    try {
      assertThatThrownBy(() -> fs.mkdirs(new Path("/refused")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("safe mode");
    } finally {
      HDFS.get().leaveSafeMode();
    }
    assertThat(fs.mkdirs(new Path("/accepted"))).isTrue();
  }

  @Test
  void keepsItsBlocksWhenTheDataNodeRestarts() throws IOException {
    FileSystem fs = HDFS.get().fileSystem();
    Path file = new Path("/restart/file");
    write(fs, file, "kept");
    HDFS.get().stopDataNode();
    try {
      Configuration impatient = HDFS.get().configuration();
      impatient.set("dfs.client.block.write.retries", "0");
      try (FileSystem other = FileSystem.newInstance(HDFS.get().uri(), impatient)) {
        assertThatThrownBy(() -> write(other, new Path("/restart/other"), "lost"))
            .isInstanceOf(IOException.class);
      }
    } finally {
      HDFS.get().startDataNode();
    }
    assertThat(read(fs, file)).isEqualTo("kept");
  }

  @Test
  void speaksWebHdfs() throws IOException, InterruptedException {
    Path file = new Path("/web/file");
    write(HDFS.get().fileSystem(), file, "over HTTP");
    String user = System.getProperty("user.name");
    URI uri =
        HDFS.get().webUri().resolve("/webhdfs/v1" + file.toUri() + "?op=OPEN&user.name=" + user);
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    HttpResponse<String> response =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("over HTTP");
    assertThat(response.statusCode()).isEqualTo(200);
  }

  private static void write(FileSystem fs, Path file, String text) throws IOException {
    try (OutputStream out = fs.create(file)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  private static String read(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
