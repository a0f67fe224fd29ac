package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir private Path root;

  @Test
  void listsFilesAtAnyDepthAlsoHiddenOnes() throws Exception {
    Path deep = Files.createDirectories(root.resolve("b/.c/d")).resolve("f");
    Files.writeString(deep, "");
    Path shallow = Files.writeString(root.resolve("a"), "");
    assertThat(FileTree.files(root)).containsExactly(shallow, deep);
    assertThat(FileTree.files(root.resolve("missing"))).isEmpty();
  }

  @Test
  void whatIsRemovedMeanwhileIsNoError() throws Exception {
    Path stays = Files.writeString(root.resolve("stays"), "");
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Integer> other =
        CompletableFuture.supplyAsync(
            () -> {
              int rounds = 0;
              do {
                try {
                  Path file = Files.createDirectories(root.resolve("_staging/unit")).resolve("f");
                  Files.writeString(file, "");
                  Files.delete(file);
                  Files.delete(file.getParent());
                  Files.delete(file.getParent().getParent());
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
                rounds++;
              } while (!over.get() || rounds < 1_000);
              return rounds;
            });
    try {
      for (int listing = 0; listing < 2_000; listing++) {
        assertThat(FileTree.files(root)).contains(stays);
      }
    } finally {
      over.set(true);
    }
    assertThat(other.get()).isGreaterThanOrEqualTo(1_000);
  }
}
