package io.github.millrace.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.SinkColumns;
import io.github.millrace.testkit.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A small streaming job, all of it in one directory: readings from {@code in}, one to a line, to
 * {@code out}, one to a line. The transform does nothing.
 */
final class Readings {
  static final String NAME = "readings";
  static final TimeSpan WATCH_FOR = TimeSpan.parse("7 days");

  /** Two fields bear names that raw records use too. */
  static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: readings
      version: 1.0.0
      schema:
        - name: reading
          properties:
            - {name: Id, logicalType: integer, required: true, primaryKey: true}
            - {name: Value, logicalType: integer}
            - {name: Source, logicalType: string}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  final Path in;
  final Path out;
  Path checkpoint;
  String name = NAME;
  StreamTrigger trigger = StreamTrigger.ALL_AVAILABLE;
  Shape shape = Shape.LINES;
  Integer maxFilesPerBatch;
  int maxRecordBytes = 1 << 20;
  Double maxBadShare = 1.0;
  boolean deduplicate;
  TimeSpan watchFor = WATCH_FOR;

  /** The input as it is spelled; null for as it is. */
  String inputPath;

  BiFunction<Dataset<Row>, List<String>, Dataset<Row>> deduplication = Judge::deduplicate;
  boolean adopt;
  boolean replay;
  UnaryOperator<Dataset<Row>> transform = UnaryOperator.identity();
  final List<String> told = Collections.synchronizedList(new ArrayList<>());

  private final SparkSession shared;
  private final Path contract;
  private final Configuration hadoop = new Configuration();
  private RunResult result;

  Readings(SparkSession shared, Path dir) throws IOException {
    this.shared = shared;
    this.in = Files.createDirectories(dir.resolve("in"));
    this.out = dir.resolve("out");
    this.checkpoint = dir.resolve("checkpoint");
    this.contract = dir.resolve("readings.odcs.yaml");
    contract(CONTRACT);
  }

  Readings contract(String yaml) throws IOException {
    Files.writeString(contract, yaml);
    return this;
  }

  // --- Input

  static String reading(int id) {
    return "{\"Id\":%d,\"Value\":%d,\"Source\":\"s\"}".formatted(id, 10 * id);
  }

  Readings drop(String file, String... lines) throws IOException {
    return drop(file, String.join("\n", lines).getBytes(UTF_8));
  }

  /** As a careful producer does: under a hidden name until it is complete. */
  Readings drop(String file, byte[] bytes) throws IOException {
    Path hidden = Files.write(in.resolve("." + file), bytes);
    Files.move(hidden, in.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  // --- The run

  SparkSession session() {
    SparkSession session = shared.newSession();
    settings().forEach(session.conf()::set);
    return session;
  }

  Map<String, String> settings() {
    return ContractCatalog.settings(new ContractSource(contract.toString()), List.of());
  }

  Output output() {
    return new Output(
        List.of(new Output.Destination("out", uri(out))), Format.JSON, List.of(), null, null);
  }

  Checkpoint check() throws IOException {
    return Checkpoint.check(
        uri(checkpoint),
        name,
        Map.of("contract id", "readings"),
        output(),
        Takeover.of(adopt),
        hadoop);
  }

  StreamQuery query(SparkSession session) throws IOException {
    Contract read = contract();
    Dataset<Row> judged = Judge.judge(input().stream(session), read);
    Dataset<Row> unique = deduplicate ? deduplication.apply(judged, read.key()) : judged;
    Dataset<Row> rows =
        unique.select(
            col(Judge.RECORD).as(SinkColumns.GOOD),
            col(SinkColumns.BAD),
            lit(true).as(SinkColumns.FIRST),
            col(SinkColumns.UNKNOWN_FIELDS),
            col(SinkColumns.TALLY));
    return new StreamQuery(
        name,
        transform.apply(rows),
        output(),
        check(),
        trigger,
        new Entry.ContractVersion(read.id(), read.version()),
        deduplicate,
        maxBadShare,
        replay ? input() : null,
        null,
        new ShapeCheck(shape, hadoop));
  }

  private FileInput input() {
    return new FileInput(
        inputPath == null ? uri(in) : inputPath,
        shape,
        maxFilesPerBatch,
        maxRecordBytes,
        watchFor,
        output().replayed());
  }

  /** Runs the job as a new process would; gives the lines told. */
  List<String> run() throws IOException {
    told.clear();
    SparkSession session = session();
    try (StreamRunner runner = new StreamRunner(session, told::add)) {
      result = runner.run(List.of(query(session))).orThrow();
      if (result.end().isComplete()) {
        runner.judge();
      }
    }
    return List.copyOf(told);
  }

  /** Runs queries to their end. */
  static RunResult run(SparkSession session, Consumer<String> told, List<StreamQuery> queries)
      throws IOException {
    try (StreamRunner runner = new StreamRunner(session, told)) {
      return runner.run(queries).orThrow();
    }
  }

  /** The counts of the last run that ended well. */
  Counts counts() {
    return result.counts();
  }

  /** How the last run ended. */
  RunEnd end() {
    return result.end();
  }

  /** Moves what is in quarantine to the input; gives the number of records. */
  long replay() throws IOException {
    try (Publisher publisher = Publisher.open(output(), Role.STREAM, hadoop)) {
      return new Replay(input(), output(), shared)
          .returnToInput(publisher, query(session()).replayPublication(), told::add);
    }
  }

  private Contract contract() throws IOException {
    List<String> problems = new ArrayList<>();
    return new ContractSource(contract.toString())
        .read(hadoop, problems)
        .orElseThrow(() -> new IllegalArgumentException(problems.toString()));
  }

  // --- What came of it

  /** The rows of the output, sorted. */
  List<String> written() throws IOException {
    return files(out, "_").stream().flatMap(Readings::lines).sorted().toList();
  }

  /** The records in quarantine that wait there still. */
  List<JsonNode> quarantined() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (Path file : files(out.resolve("_quarantine"), "_")) {
      for (String line : lines(file).toList()) {
        records.add(JSON.readTree(line));
      }
    }
    return records;
  }

  /** Of batches; a replay has a unit of its own, in which nothing is read. */
  List<Entry> committed() throws IOException {
    return Entries.committed(new Ledger(output().ledger(), hadoop)).stream()
        .filter(entry -> entry.batch() >= 0)
        .toList();
  }

  List<Entry> prepared() throws IOException {
    return new Ledger(output().ledger(), hadoop).prepared();
  }

  Counts total() throws IOException {
    return committed().stream().map(Entry::counts).reduce(Counts.NONE, Counts::plus);
  }

  /** Every file of the output, also the hidden ones, with what is in it. */
  Map<String, String> everything() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    if (Files.exists(out)) {
      try (Stream<Path> all = Files.walk(out)) {
        for (Path path : all.toList()) {
          contents.put(
              out.relativize(path).toString(),
              Files.isDirectory(path) ? "" : Files.readString(path));
        }
      }
    }
    return contents;
  }

  /** Makes as if the process had been killed before Spark noted the last batch as done. */
  void forgetLastCommit() throws IOException {
    Path commits = checkpoint.resolve("commits");
    Path last =
        files(commits, ".").stream()
            .max((a, b) -> Long.compare(number(a), number(b)))
            .orElseThrow();
    Files.delete(last);
    Files.deleteIfExists(commits.resolve("." + last.getFileName() + ".crc"));
  }

  private static long number(Path file) {
    return Long.parseLong(file.getFileName().toString());
  }

  /** The files below a directory, but for those in or with a name that begins so. */
  static List<Path> files(Path root, String hidden) {
    return FileTree.files(root).stream()
        .filter(
            path -> {
              for (Path part : root.relativize(path)) {
                if (part.toString().startsWith(hidden)) {
                  return false;
                }
              }
              return true;
            })
        .toList();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As jobs give paths: with their scheme. */
  static String uri(Path path) {
    return "file:" + path.toAbsolutePath();
  }
}
