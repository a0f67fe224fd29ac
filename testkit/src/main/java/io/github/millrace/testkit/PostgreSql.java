package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A real PostgreSQL: its own programs, as processes of this JVM, on a free port, in a temporary
 * directory. Its one user, who may do everything, needs the password.
 */
public final class PostgreSql implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(1);
  private static final String USER = "millrace";
  private static final String PASSWORD = "mill-weir-42";
  private static final String DATABASE = "postgres";

  private static Path programs;

  private final ScratchDir dir;
  private final Path data;
  private final int port = Ports.free();
  private Optional<ChildProcess> server = Optional.empty();

  private PostgreSql() {
    dir = ScratchDir.create("postgresql");
    data = dir.path().resolve("data");
    try {
      initialize();
      startAgain();
    } catch (RuntimeException e) {
      server.ifPresent(ChildProcess::kill);
      dir.keep();
      throw e;
    }
  }

  /**
   * Starts a PostgreSQL with one empty database and waits until it takes connections.
   *
   * @throws IllegalStateException with the end of the log, if it does not come up
   */
  public static PostgreSql start() {
    return new PostgreSql();
  }

  /** Returns the address of the database that is always there, without the login. */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  /** Returns the address of a database, without the login. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://localhost:" + port + "/" + database;
  }

  /** Returns the one user, who may do everything. */
  public String user() {
    return USER;
  }

  /** Returns that user's password. */
  public String password() {
    return PASSWORD;
  }

  /** Connects to the database of {@link #jdbcUrl()}; the caller closes the connection. */
  public Connection connect() throws SQLException {
    return connect(DATABASE);
  }

  /** Connects to a database; the caller closes the connection. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), USER, PASSWORD);
  }

  /**
   * Makes an empty database.
   *
   * @return its address, {@link #jdbcUrl(String)}
   * @throws IllegalStateException with PostgreSQL's reason, if it exists or cannot be made
   */
  public String createDatabase(String name) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
      return jdbcUrl(name);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Cannot make database " + name + ": " + e.getMessage() + "\n" + describeLogs(), e);
    }
  }

  /**
   * Stops the server at once, as a crash does, and returns when it is gone: connections break, what
   * was committed stays.
   *
   * @throws IllegalStateException if it does not run
   */
  public void stop() {
    if (server.isEmpty()) {
      throw new IllegalStateException("PostgreSQL does not run: call startAgain first");
    }
    stopProcess();
  }

  /**
   * Starts the server again on its port and data, and returns when it takes connections.
   *
   * @throws IllegalStateException if it runs, or with the end of the log, if it does not come up
   */
  public void startAgain() {
    if (server.isPresent()) {
      throw new IllegalStateException("PostgreSQL runs: call stop first");
    }
    ChildProcess process =
        run(
            "postgres",
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=localhost",
            // The path of a socket file may have a hundred characters only.
            "-c",
            "unix_socket_directories=",
            // The machine's crash is none that a test survives; the server's own loses nothing.
            "-c",
            "fsync=off");
    // Not killed: its children would hold the data for a moment longer than it lives, and a bit of
    // shared memory would stay behind. At this signal it ends them and itself at once.
    server = Optional.of(process.endsBy("QUIT"));
    process.awaitReady("its answer at " + jdbcUrl(), START, this::answers);
  }

  /** Stops the server and deletes its data. */
  @Override
  public void close() {
    stopProcess();
    dir.close();
  }

  private void stopProcess() {
    server.ifPresent(
        process -> {
          process.end();
        });
    server = Optional.empty();
  }

  /** Returns where the programs are; unpacked once in a JVM, for that takes longer than a start. */
  private static synchronized Path programs() {
    if (programs == null) {
      Path unpacked = ScratchDir.create("postgresql-programs").path();
      unpack(ServerClasspath.of("postgresql").get(0), unpacked);
      programs = unpacked;
    }
    return programs;
  }

  /** Unpacks a JAR that has nothing but a tarball in it. */
  private static void unpack(Path jar, Path target) {
    try (JarFile packed = new JarFile(jar.toFile());
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new XZInputStream(
                    packed.getInputStream(packed.getEntry("postgres-linux-x86_64.txz"))))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        unpack(tar, entry, target.resolve(entry.getName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack " + jar + " to " + target, e);
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      if ((entry.getMode() & 0100) != 0 && !target.toFile().setExecutable(true)) {
        throw new IOException("Cannot make " + target + " executable");
      }
    }
  }

  private void initialize() {
    Path password = dir.path().resolve("password");
    try {
      Files.writeString(password, PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + password, e);
    }
    try (ChildProcess process =
        run(
            "initdb",
            "--pgdata=" + data,
            "--username=" + USER,
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync")) {
      int exitCode = process.awaitExit(START);
      if (exitCode != 0) {
        throw new IllegalStateException(
            "initdb ended with exit code " + exitCode + "\n" + process.describeLogs());
      }
    }
  }

  private ChildProcess run(String program, String... args) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root. In a user namespace of its own it is nobody.
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(programs().resolve("bin").resolve(program).toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(dir.path().toFile());
    // The machine's own locale may be none that these programs know.
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    return ChildProcess.start(program, builder, dir.path().resolve(program + ".log"));
  }

  private boolean answers() throws IOException {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      throw new IOException("PostgreSQL does not answer yet", e);
    }
  }

  private String describeLogs() {
    return server.map(ChildProcess::describeLogs).orElse("It does not run");
  }
}
