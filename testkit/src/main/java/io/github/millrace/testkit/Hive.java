package io.github.millrace.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real Hive: HiveServer2 embedded in a JVM of its own, with a metastore in memory and local
 * MapReduce. It reads files of this machine and of any HDFS by their full address.
 */
public final class Hive implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STATEMENT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ScratchDir dir;
  private final Path answers;
  private final ChildProcess server;
  private int answered;

  /**
   * What a query returned.
   *
   * @param columns the columns' names as Hive names them, such as {@code t.id}
   * @param values the rows; each value as text, null for NULL
   */
  public record Rows(List<String> columns, List<List<String>> values) {}

  /** What the child JVM answers to a statement; the error is null if there was none. */
  record Answer(List<String> columns, List<List<String>> rows, String error) {

    static Answer none() {
      return new Answer(List.of(), List.of(), null);
    }

    static Answer failure(String error) {
      return new Answer(List.of(), List.of(), error);
    }
  }

  private Hive() {
    dir = ScratchDir.create("hive");
    answers = dir.path().resolve("answers.jsonl");
    Path conf = dir.sub("conf");
    HadoopDaemon.writeSite(conf.resolve("hive-site.xml"), hiveSite());
    server =
        ChildJvm.of("hive", HiveMain.class.getName())
            .classpath(conf)
            .classpath(ServerClasspath.of("hive"))
            .classpath(ShadedJar.jarOf(HiveMain.class))
            .options("-Xmx512m", "-Djava.io.tmpdir=" + dir.sub("tmp"))
            .options("-Dderby.stream.error.file=" + dir.path().resolve("derby.log"))
            // Hive writes its plans by reflection over the JDK's own classes.
            .opens("java.lang", "java.lang.invoke", "java.lang.reflect", "java.math", "java.time")
            .opens("java.util", "java.util.concurrent", "java.util.concurrent.atomic")
            .opens("java.util.regex", "java.text", "java.net", "java.io", "java.nio")
            .start(dir.sub("work"), answers);
    try {
      nextAnswer("its first session", START);
    } catch (RuntimeException e) {
      server.kill();
      dir.keep();
      throw e;
    }
  }

  /**
   * Starts a Hive without tables and waits until it takes statements.
   *
   * @throws IllegalStateException with the end of the log, if it does not come up
   */
  public static Hive start() {
    return new Hive();
  }

  /**
   * Runs the statements in order, in one session that lasts as long as this Hive.
   *
   * @param statements HiveQL, without a semicolon at the end
   * @return what the last statement returned; nothing if it is no query
   * @throws IllegalStateException with the statement and Hive's message, if one fails
   */
  public synchronized Rows query(List<String> statements) {
    Answer answer = Answer.none();
    for (String statement : statements) {
      server.writeLine(toJson(statement));
      answer = nextAnswer("its answer to " + statement, STATEMENT);
      if (answer.error() != null) {
        throw new IllegalStateException(
            "Hive refused: " + statement + "\n" + answer.error() + "\n" + server.describeLogs());
      }
    }
    return new Rows(answer.columns(), answer.rows());
  }

  /** Runs the statements as {@link #query(List)} does. */
  public Rows query(String... statements) {
    return query(List.of(statements));
  }

  /** Stops Hive and forgets its tables; files of external tables stay. */
  @Override
  public void close() {
    server.kill();
    dir.close();
  }

  private Answer nextAnswer(String description, Duration timeout) {
    String line =
        server.awaitValue(
            description,
            timeout,
            () -> {
              String text = ChildProcess.read(answers);
              return text.endsWith("\n")
                  ? text.lines().skip(answered).findFirst()
                  : Optional.empty();
            });
    answered++;
    return fromJson(line);
  }

  private static String toJson(String statement) {
    try {
      return JSON.writeValueAsString(statement);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot send to Hive: " + statement, e);
    }
  }

  private static Answer fromJson(String line) {
    try {
      return JSON.readValue(line, Answer.class);
    } catch (IOException e) {
      throw new UncheckedIOException("Hive's JVM answered no JSON: " + line, e);
    }
  }

  private Map<String, String> hiveSite() {
    Map<String, String> site = new HashMap<>();
    site.put("fs.defaultFS", "file:///");
    site.put("hadoop.tmp.dir", dir.sub("tmp").toString());
    site.put("hive.exec.scratchdir", dir.path().resolve("scratch").toString());
    site.put("hive.exec.local.scratchdir", dir.path().resolve("local-scratch").toString());
    site.put("hive.downloaded.resources.dir", dir.path().resolve("resources").toString());
    site.put("hive.server2.logging.operation.enabled", "false");
    site.put("hive.metastore.warehouse.dir", dir.sub("warehouse").toUri().toString());
    site.put(
        "hive.metastore.warehouse.external.dir", dir.sub("external-warehouse").toUri().toString());
    site.put("javax.jdo.option.ConnectionURL", "jdbc:derby:memory:metastore;create=true");
    site.put("datanucleus.schema.autoCreateAll", "true");
    site.put("hive.metastore.schema.verification", "false");
    // The schema above comes into being bit by bit, as JDO asks for it; plain SQL would miss it.
    site.put("metastore.try.direct.sql", "false");
    site.put("metastore.try.direct.sql.ddl", "false");
    site.put("hive.execution.engine", "mr");
    site.put("mapreduce.framework.name", "local");
    site.put("hive.fetch.task.conversion", "more");
    // As on Tez. MapReduce's combined input would read header lines as rows.
    site.put("hive.input.format", "org.apache.hadoop.hive.ql.io.HiveInputFormat");
    // A small table of a join is read in this JVM, for there is no hadoop command to start another.
    site.put("hive.exec.submit.local.task.via.child", "false");
    // The metastore has no column statistics without plain SQL.
    site.put("hive.stats.column.autogather", "false");
    site.put("hive.stats.fetch.column.stats", "false");
    site.put("hive.support.concurrency", "false");
    site.put("hive.notification.event.poll.interval", "0");
    return site;
  }
}
