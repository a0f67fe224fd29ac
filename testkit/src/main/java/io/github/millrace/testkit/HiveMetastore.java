package io.github.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real Hive metastore, the service alone, in a JVM of its own with a Derby database, on a free
 * port, in a temporary directory. Spark finds it by {@code spark.hadoop.hive.metastore.uris}.
 */
public final class HiveMetastore implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final List<String> SCHEMA =
      List.of("hive-schema-3.1.0.derby.sql", "upgrade.order.derby");

  private final ScratchDir dir;
  private final Path conf;
  private final Path warehouse;
  private final int port = Ports.free();
  private Optional<ChildProcess> server = Optional.empty();

  private HiveMetastore() {
    dir = ScratchDir.create("metastore");
    conf = dir.sub("conf");
    warehouse = dir.sub("warehouse");
    HadoopDaemon.writeSite(conf.resolve("metastore-site.xml"), site());
    try {
      makeSchema();
      startAgain();
    } catch (RuntimeException e) {
      stopProcess();
      dir.keep();
      throw e;
    }
  }

  /**
   * Starts a metastore that has the database {@code default} only, and waits until it takes
   * requests.
   *
   * @throws IllegalStateException with the end of the log, if it does not come up
   */
  public static HiveMetastore start() {
    return new HiveMetastore();
  }

  /** Returns the address, {@code thrift://localhost:PORT}. */
  public String uri() {
    return "thrift://localhost:" + port;
  }

  /** Returns the directory of managed tables, for {@code spark.sql.warehouse.dir}. */
  public Path warehouse() {
    return warehouse;
  }

  /**
   * Kills the metastore, and returns when it is gone. What it has acknowledged stays.
   *
   * @throws IllegalStateException if it does not run
   */
  public void stop() {
    if (server.isEmpty()) {
      throw new IllegalStateException("The metastore does not run: call startAgain first");
    }
    stopProcess();
  }

  /**
   * Starts the metastore again on its port and data, and returns when it takes requests.
   *
   * @throws IllegalStateException if it runs, or with the end of the log, if it does not come up
   */
  public void startAgain() {
    if (server.isPresent()) {
      throw new IllegalStateException("The metastore runs: call stop first");
    }
    ChildProcess process =
        jvm("metastore", "org.apache.hadoop.hive.metastore.HiveMetaStore")
            .args("-p", Integer.toString(port))
            .start(dir.path());
    server = Optional.of(process);
    process.awaitReady("port " + port, START, () -> Ports.listening(port));
  }

  /** Stops the metastore and deletes its data and the warehouse. */
  @Override
  public void close() {
    stopProcess();
    dir.close();
  }

  private void stopProcess() {
    // Killed, for nothing of it is needed any more and a gentle end takes seconds.
    server.ifPresent(ChildProcess::kill);
    server = Optional.empty();
  }

  private void makeSchema() {
    Path scripts = dir.sub("scripts/metastore/upgrade/derby");
    for (String name : SCHEMA) {
      try (InputStream in = HiveMetastore.class.getResourceAsStream("metastore/" + name)) {
        if (in == null) {
          throw new IllegalStateException(
              "The testkit was built without "
                  + name
                  + ": build it with testkit/servers/metastore");
        }
        Files.copy(in, scripts.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot copy " + name + " to " + scripts, e);
      }
    }
    ChildJvm jvm =
        jvm("schema", "org.apache.hadoop.hive.metastore.tools.MetastoreSchemaTool")
            // Hundreds of statements, each of which would wait for the disk.
            .options("-Dderby.system.durability=test")
            .args("-dbType", "derby", "-initSchema");
    try (ChildProcess process = jvm.start(dir.path())) {
      int exitCode = process.awaitExit(START);
      if (exitCode != 0) {
        throw new IllegalStateException(
            "MetastoreSchemaTool ended with exit code " + exitCode + "\n" + process.describeLogs());
      }
    }
  }

  private ChildJvm jvm(String name, String mainClass) {
    return ChildJvm.of(name, mainClass)
        .classpath(conf)
        .classpath(ServerClasspath.of("metastore"))
        .options("-Xmx256m")
        .opens("java.lang", "java.net", "java.util")
        // Where the schema is looked for; as a system property it is not read.
        .env("METASTORE_HOME", dir.path().toString());
  }

  private Map<String, String> site() {
    Map<String, String> site = new HashMap<>();
    site.put(
        "javax.jdo.option.ConnectionURL",
        "jdbc:derby:;databaseName=" + dir.path().resolve("database") + ";create=true");
    site.put("metastore.warehouse.dir", warehouse.toUri().toString());
    // The defaults of these two are classes of the whole Hive, which is not here.
    site.put(
        "metastore.expression.proxy",
        "org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy");
    site.put(
        "metastore.task.threads.always",
        "org.apache.hadoop.hive.metastore.events.EventCleanerTask");
    return site;
  }
}
