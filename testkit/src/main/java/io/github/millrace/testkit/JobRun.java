package io.github.millrace.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The shaded job of the module under test in a directory of its own, run by the real spark-submit;
 * and what it has left there. A pipeline extends it by its own paths and the reading of its rows.
 */
public abstract class JobRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path root;
  private final Path output;
  private final List<String> settings;

  /**
   * Prepares runs.
   *
   * @param root the directory that all lies in
   * @param output the one of ledger and quarantine
   * @param settings what a run needs beside its checkpoint, as {@code KEY=VALUE}
   */
  protected JobRun(Path root, Path output, String... settings) {
    this.root = root;
    this.output = output;
    this.settings =
        Stream.concat(Stream.of(settings), Stream.of("checkpoint=" + checkpoint(root))).toList();
  }

  private static Path checkpoint(Path root) {
    return root.resolve("checkpoint");
  }

  public final Path root() {
    return root;
  }

  public final Path checkpoint() {
    return checkpoint(root);
  }

  /**
   * Runs a command to its end, in a JVM that earlier runs have left if there is one.
   *
   * @param more arguments behind the settings, which they may override
   */
  public final SparkSubmit.Result command(String command, String... more) {
    return submit(command, more).warm().run(PATIENCE);
  }

  /** The same in a JVM of its own, as users start it. */
  public final SparkSubmit.Result commandByItself(String command, String... more) {
    return submit(command, more).run(PATIENCE);
  }

  /** The same for a run to be changed further, started, or killed. */
  public final SparkSubmit submit(String command, String... more) {
    SparkSubmit submit = SparkSubmit.of(ShadedJar.pathOfThisModule()).args(command);
    settings.forEach(setting -> submit.args("--set", setting));
    return submit.args(more);
  }

  /** The lines of the ledger's table, as the command {@code ledger} prints it. */
  public final List<String> ledgerTable() {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .args("ledger", output.toString())
        .warm()
        .run(PATIENCE)
        .expect(0)
        .stdout()
        .lines()
        .toList();
  }

  /** The committed entries, by day and name, which is the order of batches. */
  public final List<JsonNode> ledger() {
    return files(output.resolve("_ledger"), ".json").stream()
        .filter(file -> file.toString().matches(".*/\\d{4}-\\d\\d-\\d\\d/[^/]+"))
        .map(file -> json(read(file)))
        .toList();
  }

  /** The quarantined records that wait for a replay. */
  public final List<JsonNode> quarantine() {
    return FileTree.files(output.resolve("_quarantine")).stream()
        .filter(file -> !file.toString().contains("/_replayed/"))
        .flatMap(file -> read(file).lines())
        .map(JobRun::json)
        .toList();
  }

  /** The class of each quarantined record's first reason, such as {@code late}, sorted. */
  public final List<String> reasons() {
    return quarantine().stream()
        .map(bad -> bad.get("reasons").get(0).textValue().split("[ :]", 2)[0])
        .sorted()
        .toList();
  }

  /** Files of work that was begun and not ended: staged, prepared, temporary or hidden ones. */
  public final List<String> leftOver() {
    List<String> found = new ArrayList<>(listing(root));
    found.removeIf(file -> !file.matches(".*(_staging|prepared).*"));
    listing(output).stream()
        .filter(file -> file.matches("(.*/)?\\..*|.*tmp.*"))
        .forEach(found::add);
    return found;
  }

  /** Every file below a directory, hidden ones too, relative to it, sorted. */
  public static List<String> listing(Path directory) {
    return FileTree.files(directory).stream()
        .map(file -> directory.relativize(file).toString())
        .sorted()
        .toList();
  }

  /** The files below a directory whose names end so. */
  public static List<Path> files(Path directory, String end) {
    return FileTree.files(directory).stream()
        .filter(file -> file.toString().endsWith(end))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("No JSON: " + text, e);
    }
  }
}
