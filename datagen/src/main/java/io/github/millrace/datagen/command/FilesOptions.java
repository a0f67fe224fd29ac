package io.github.millrace.datagen.command;

import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.output.OutputDirectory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of {@code --to files}. */
public final class FilesOptions {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "With --to files: directory to write to, a new or an empty one.")
  private Path dir;

  @Option(
      names = "--files",
      paramLabel = "K",
      description =
          "With --to files: how many files to spread the records over. By default 4, or one per 64"
              + " MB if more.")
  private Long files;

  @Option(
      names = "--overwrite",
      description =
          "With --to files: replace the data set that DIR holds; refused if it holds anything else.")
  private boolean overwrite;

  /** Made by the command line. */
  public FilesOptions() {}

  /** Checks that what the target needs is given. */
  public void require() {
    Target.FILES.require("--dir", dir);
  }

  /** Checks that nothing is given for another target. */
  public void refuse(Target other) {
    other.refuse("--dir", dir != null);
    other.refuse("--files", files != null);
    other.refuse("--overwrite", overwrite);
  }

  /** Returns the directory's path. */
  public Path path() {
    return dir;
  }

  /**
   * Returns over how many files the records are spread.
   *
   * @throws IllegalArgumentException if a file would be empty
   */
  public long number(long count, long bytesEach) {
    long number = files == null ? FileSpread.defaultFiles(count, bytesEach) : files;
    FileSpread.check(count, number);
    return number;
  }

  /**
   * Takes the directory.
   *
   * @param replaceable the names that an earlier run can have left
   * @throws IllegalArgumentException if it cannot be used
   */
  public OutputDirectory directory(Pattern replaceable) throws IOException {
    return directory("--dir", dir, overwrite, replaceable);
  }

  /**
   * Takes the directory that an option names.
   *
   * @param overwrite whether to remove the files of an earlier run
   * @param replaceable the names that an earlier run can have left
   * @throws IllegalArgumentException naming the option and the remedy, if it cannot be used
   */
  public static OutputDirectory directory(
      String option, Path path, boolean overwrite, Pattern replaceable) throws IOException {
    try {
      return overwrite ? OutputDirectory.replace(path, replaceable) : OutputDirectory.create(path);
    } catch (FileSystemException e) {
      String remedy =
          overwrite
              ? "Name another directory, or empty this one yourself."
              : "Name another directory, or add --overwrite to replace its data set.";
      throw new IllegalArgumentException(
          option + " cannot be used: " + e.getMessage() + ". " + remedy, e);
    }
  }
}
