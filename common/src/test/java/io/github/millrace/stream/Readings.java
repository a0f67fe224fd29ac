package io.github.millrace.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.config.Location;
import io.github.millrace.config.StreamConfig;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.contract.Validation;
import io.github.millrace.csv.CsvFormat;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.source.file.FileInput;
import io.github.millrace.source.file.Shape;
import io.github.millrace.testkit.FileTree;
import io.github.millrace.upkeep.Replay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
public final class Readings {
  public static final String NAME = "readings";
  public static final TimeSpan WATCH_FOR = TimeSpan.parse("7 days");

  /** Two fields bear names that raw records use too. */
  public static final String CONTRACT =
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

  public final Path in;
  public final Path out;
  public Path checkpoint;
  public String name = NAME;
  public StreamTrigger trigger = StreamTrigger.ALL_AVAILABLE;
  public Shape shape = Shape.LINES;
  public CsvFormat csv = CsvFormat.STANDARD;
  public Integer maxFilesPerBatch;
  public int maxRecordBytes = 1 << 20;
  public Double maxBadShare = 1.0;
  public boolean deduplicate;
  public TimeSpan watchFor = WATCH_FOR;

  /** What the job does itself in each batch; null for what a job of files does. */
  public BatchWork work;

  /** Another file system's directory for output and checkpoint; null for the local ones. */
  public String root;

  /** The input as it is spelled; null for as it is. */
  public String inputPath;

  public BiFunction<Dataset<Row>, List<String>, Dataset<Row>> deduplication =
      Deduplication::firstOfEachKey;
  public boolean adopt;
  public boolean replay;
  public UnaryOperator<Dataset<Row>> transform = UnaryOperator.identity();
  public final Map<String, String> settings = new HashMap<>();
  public final List<String> told = Collections.synchronizedList(new ArrayList<>());

  private final SparkSession shared;
  private final Path contract;
  private final Configuration hadoop = new Configuration();
  private RunResult result;

  public Readings(SparkSession shared, Path dir) throws IOException {
    this.shared = shared;
    this.in = Files.createDirectories(dir.resolve("in"));
    this.out = dir.resolve("out");
    this.checkpoint = dir.resolve("checkpoint");
    this.contract = dir.resolve("readings.odcs.yaml");
    contract(CONTRACT);
  }

  public Readings contract(String yaml) throws IOException {
    Files.writeString(contract, yaml);
    return this;
  }

  // --- Input

  public static String reading(int id) {
    return "{\"Id\":%d,\"Value\":%d,\"Source\":\"s\"}".formatted(id, 10 * id);
  }

  public Readings drop(String file, String... lines) throws IOException {
    return drop(file, String.join("\n", lines).getBytes(UTF_8));
  }

  /** As a careful producer does: under a hidden name until it is complete. */
  public Readings drop(String file, byte[] bytes) throws IOException {
    Path hidden = Files.write(in.resolve("." + file), bytes);
    Files.move(hidden, in.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  // --- The run

  public SparkSession session() {
    SparkSession session = shared.newSession();
    settings().forEach(session.conf()::set);
    return session;
  }

  public Map<String, String> settings() {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(ContractCatalog.settings(new ContractSource(contract.toString()), List.of()));
    all.putAll(ContractCatalog.settings("input", csv.dialect()));
    return all;
  }

  public Output output() {
    return new Output(
        List.of(new Output.Destination("out", place(out))), Format.JSON, List.of(), null, null);
  }

  public Checkpoint check() throws IOException {
    return Checkpoint.check(
        place(checkpoint),
        name,
        Map.of("contract id", "readings"),
        contract(),
        output(),
        Takeover.of(adopt),
        hadoop);
  }

  private String place(Path local) {
    return root == null ? uri(local) : root + "/" + local.getFileName();
  }

  public StreamQuery query(SparkSession session) throws IOException {
    Contract read = contract();
    Dataset<Row> raw = input().stream(session);
    Dataset<Row> judged =
        shape.isCsv()
            ? Validation.validateCsv(raw, "input", read, List.of())
            : Validation.validate(raw, read);
    Dataset<Row> unique = deduplicate ? deduplication.apply(judged, read.key()) : judged;
    Dataset<Row> rows =
        unique.select(
            col(Validation.RECORD).as(SinkColumns.GOOD),
            col(SinkColumns.BAD),
            lit(true).as(SinkColumns.FIRST),
            col(SinkColumns.COUNTED),
            col(SinkColumns.TALLY));
    return new StreamQuery(
        name,
        transform.apply(rows),
        output(),
        check(),
        new StreamConfig(Location.of(place(checkpoint)), trigger, maxBadShare, deduplicate),
        new LedgerEntry.ContractVersion(read.id(), read.version()),
        replay ? (publisher, lines) -> replay(publisher) : StreamQuery.BeforeStart.NOTHING,
        null,
        work == null ? new ShapeCheck(shape, "replay --set input.shape", hadoop) : work,
        CommitSteps.NONE);
  }

  private long replay(Publisher publisher) throws IOException {
    LedgerEntry.ContractVersion version =
        new LedgerEntry.ContractVersion(contract().id(), contract().version());
    UnitSpec unit = UnitSpec.ofNoBatch(output(), name, "replay", check().id(), version);
    return new Replay(input(), output(), shared).returnToInput(publisher, unit, told::add);
  }

  private FileInput input() {
    return new FileInput(
        inputPath == null ? uri(in) : inputPath,
        shape,
        maxFilesPerBatch,
        maxRecordBytes,
        watchFor,
        output().replayed(),
        csv);
  }

  /** Runs the job as a new process would; gives the lines told. */
  public List<String> run() throws IOException {
    told.clear();
    SparkSession session = session();
    try (StreamRunner runner = new StreamRunner(session, told::add)) {
      result = runner.run(List.of(query(session))).orThrow();
      if (result.end().isComplete()) {
        runner.checkBadShare();
      }
    }
    return List.copyOf(told);
  }

  /** Runs queries to their end. */
  public static RunResult run(
      SparkSession session, Consumer<String> told, List<StreamQuery> queries) throws IOException {
    try (StreamRunner runner = new StreamRunner(session, told)) {
      return runner.run(queries).orThrow();
    }
  }

  /** The counts of the last run that ended well. */
  public Counts counts() {
    return result.counts();
  }

  /** How the last run ended. */
  public RunEnd end() {
    return result.end();
  }

  /** Moves what is in quarantine to the input; gives the number of records. */
  public long replay() throws IOException {
    try (Publisher publisher = Publisher.open(output(), Role.STREAM, hadoop)) {
      return replay(publisher);
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
  public List<String> written() throws IOException {
    return files(out, "_").stream().flatMap(Readings::lines).sorted().toList();
  }

  /** The records in quarantine that wait there still. */
  public List<JsonNode> quarantined() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (Path file : files(out.resolve("_quarantine"), "_")) {
      for (String line : lines(file).toList()) {
        records.add(JSON.readTree(line));
      }
    }
    return records;
  }

  /** Of batches; a replay has a unit of its own, in which nothing is read. */
  public List<LedgerEntry> committed() throws IOException {
    return Entries.committed(new Ledger(output().ledger(), hadoop)).stream()
        .filter(entry -> entry.batch() >= 0)
        .toList();
  }

  public List<LedgerEntry> prepared() throws IOException {
    return new Ledger(output().ledger(), hadoop).prepared();
  }

  public Counts total() throws IOException {
    return committed().stream().map(LedgerEntry::counts).reduce(Counts.NONE, Counts::plus);
  }

  /** Every file of the output, also the hidden ones, with what is in it. */
  public Map<String, String> everything() throws IOException {
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
  public void forgetLastCommit() throws IOException {
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
  public static List<Path> files(Path root, String hidden) {
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
  public static String uri(Path path) {
    return "file:" + path.toAbsolutePath();
  }
}
