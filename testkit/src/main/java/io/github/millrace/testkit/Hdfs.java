package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;

/**
 * A real HDFS: a NameNode and DataNodes in JVMs of their own, on free ports, in a temporary
 * directory.
 */
public final class Hdfs implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);

  private final Path conf;
  private final Optional<Own> own;
  private final URI uri;
  private final URI webUri;
  private final DistributedFileSystem client;
  private final Deque<DataNode> running = new ArrayDeque<>();
  private final Deque<Path> stopped = new ArrayDeque<>();

  private record DataNode(ChildProcess process, Path storage) {}

  /**
   * What an HDFS is made of.
   *
   * @param dataNodes how many DataNodes; files have one replica each, whatever their number
   * @param blockSize bytes per block, a multiple of 512
   */
  public record Options(int dataNodes, long blockSize) {

    /** One DataNode, Hadoop's own block size of 128 MB. */
    public static final Options DEFAULT = new Options(1, 128L << 20);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if HDFS would refuse them
     */
    public Options {
      if (dataNodes < 1) {
        throw new IllegalArgumentException("dataNodes is " + dataNodes + ": use 1 or more");
      }
      if (blockSize < 512 || blockSize % 512 != 0) {
        throw new IllegalArgumentException(
            "blockSize is " + blockSize + ": use a multiple of 512, the checksum's chunk");
      }
    }
  }

  /** What an HDFS has that this JVM started. */
  private record Own(ScratchDir dir, ChildProcess nameNode) {
    void abandon() {
      nameNode.kill();
      dir.keep();
    }
  }

  private Hdfs(Path conf, Optional<Own> own) {
    this.conf = conf;
    this.own = own;
    Configuration configuration = configuration();
    uri = FileSystem.getDefaultUri(configuration);
    webUri = URI.create("http://" + configuration.get("dfs.namenode.http-address"));
    try {
      client = (DistributedFileSystem) FileSystem.newInstance(uri, configuration);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach the NameNode at " + uri, e);
    }
  }

  /**
   * Starts an HDFS with {@link Options#DEFAULT} and waits until it can be written to.
   *
   * @throws IllegalStateException with the end of the log, if a daemon does not come up
   */
  public static Hdfs start() {
    return start(Options.DEFAULT);
  }

  /**
   * Starts an HDFS and waits until it can be written to.
   *
   * @throws IllegalStateException with the end of the log, if a daemon does not come up
   */
  public static Hdfs start(Options options) {
    ScratchDir dir = ScratchDir.create("hdfs");
    Path conf = dir.sub("conf");
    List<Integer> ports = Ports.free(2);
    HadoopDaemon.writeSite(
        conf.resolve("core-site.xml"),
        Map.of(
            "fs.defaultFS",
            "hdfs://localhost:" + ports.get(0),
            "hadoop.tmp.dir",
            dir.path().resolve("tmp").toString()));
    HadoopDaemon.writeSite(
        conf.resolve("hdfs-site.xml"), hdfsSite(dir.path(), ports.get(1), options));
    format(dir, conf);
    Own own = new Own(dir, nameNode("namenode", dir, conf).start(dir.path()));
    try {
      own.nameNode().awaitReady("port " + ports.get(0), START, () -> Ports.listening(ports.get(0)));
      Hdfs hdfs = new Hdfs(conf, Optional.of(own));
      for (int i = 0; i < options.dataNodes(); i++) {
        hdfs.stopped.add(dir.sub("data-" + i));
        hdfs.startDataNode();
      }
      return hdfs;
    } catch (RuntimeException e) {
      own.abandon();
      throw e;
    }
  }

  /**
   * Returns the HDFS that all JVMs of a run of {@code bin/test} share, with {@link
   * Options#DEFAULT}; outside of a run starts one. Take a path of your own there, and do not make
   * it fail.
   *
   * @throws IllegalStateException with the end of the log, if a daemon does not come up
   */
  public static Hdfs ofRun() {
    return RunServers.address(RunServers.Kind.HDFS)
        .map(conf -> new Hdfs(Path.of(conf), Optional.empty()))
        .orElseGet(Hdfs::start);
  }

  /** Returns what {@link #ofRun} finds it by: the directory of its settings. */
  String address() {
    return conf.toString();
  }

  /** Returns the address of the file system, {@code hdfs://localhost:PORT}. */
  public URI uri() {
    return uri;
  }

  /** Returns the address of a path in this file system, to give to Spark. */
  public String uri(String absolutePath) {
    return uri + absolutePath;
  }

  /** Returns the address of the NameNode's web server, where WebHDFS is under /webhdfs/v1. */
  public URI webUri() {
    return webUri;
  }

  /** Returns a new client configuration. */
  public Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.addResource(new org.apache.hadoop.fs.Path(conf.resolve("core-site.xml").toUri()));
    configuration.addResource(new org.apache.hadoop.fs.Path(conf.resolve("hdfs-site.xml").toUri()));
    return configuration;
  }

  /** Returns a directory with core-site.xml and hdfs-site.xml, for HADOOP_CONF_DIR. */
  public Path confDir() {
    return conf;
  }

  /** Returns the client that lives as long as this HDFS; do not close it. */
  public FileSystem fileSystem() {
    return client;
  }

  /**
   * Kills a DataNode, and returns when it is gone. The NameNode takes it for alive for another 15
   * seconds, as it does in life.
   *
   * @throws IllegalStateException if none runs
   */
  public void stopDataNode() {
    if (running.isEmpty()) {
      throw new IllegalStateException("No DataNode runs: call startDataNode first");
    }
    DataNode dataNode = running.removeLast();
    dataNode.process().kill();
    stopped.addLast(dataNode.storage());
  }

  /**
   * Starts a stopped DataNode on its old blocks, and returns when the NameNode knows them.
   *
   * @throws IllegalStateException if none was stopped, or with the end of the log, if it does not
   *     come up
   */
  public void startDataNode() {
    if (stopped.isEmpty()) {
      throw new IllegalStateException("All DataNodes run: call stopDataNode first");
    }
    Path storage = stopped.removeLast();
    int port = Ports.free();
    long before = System.currentTimeMillis();
    ChildProcess process = dataNode(storage, port).start(own().dir().path());
    running.addLast(new DataNode(process, storage));
    process.awaitReady(
        "its block report at the NameNode",
        START,
        () ->
            Stream.of(client.getDataNodeStats(DatanodeReportType.LIVE))
                .anyMatch(info -> info.getXferPort() == port && reportedSince(info, before)));
  }

  /** Makes the file system read-only, as at the start of a NameNode. */
  public void enterSafeMode() {
    own();
    setSafeMode(SafeModeAction.ENTER);
  }

  /** Makes the file system writable again. */
  public void leaveSafeMode() {
    setSafeMode(SafeModeAction.LEAVE);
  }

  /** Stops all daemons that this JVM started and deletes the files. */
  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the client of " + uri, e);
    } finally {
      // Killed, for nothing of it is needed any more and a gentle end takes seconds.
      running.forEach(dataNode -> dataNode.process().kill());
      own.ifPresent(
          mine -> {
            mine.nameNode().kill();
            mine.dir().close();
          });
    }
  }

  private Own own() {
    return own.orElseThrow(
        () ->
            new IllegalStateException(
                "The HDFS at " + uri + " is the whole run's: start one of your own to disturb it"));
  }

  private void setSafeMode(SafeModeAction action) {
    try {
      client.setSafeMode(action);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot change the safe mode of " + uri, e);
    }
  }

  private static boolean reportedSince(DatanodeInfo info, long time) {
    return info.getLastBlockReportTime() >= time;
  }

  private static void format(ScratchDir dir, Path conf) {
    ChildJvm jvm = nameNode("format", dir, conf).args("-format", "-nonInteractive");
    try (ChildProcess process = jvm.start(dir.path())) {
      int exitCode = process.awaitExit(START);
      if (exitCode != 0) {
        dir.keep();
        throw new IllegalStateException(
            "NameNode -format ended with exit code " + exitCode + "\n" + process.describeLogs());
      }
    }
  }

  private static ChildJvm nameNode(String name, ScratchDir dir, Path conf) {
    String mainClass = "org.apache.hadoop.hdfs.server.namenode.NameNode";
    return HadoopDaemon.jvm(name, mainClass, conf, dir.path(), 256);
  }

  private ChildJvm dataNode(Path storage, int port) {
    String mainClass = "org.apache.hadoop.hdfs.server.datanode.DataNode";
    return HadoopDaemon.jvm(
            storage.getFileName().toString(), mainClass, conf, own().dir().path(), 256)
        .args("-D", "dfs.datanode.data.dir=" + storage.toUri())
        .args("-D", "dfs.datanode.address=localhost:" + port);
  }

  private static Map<String, String> hdfsSite(Path dir, int webPort, Options options) {
    Map<String, String> site = new HashMap<>();
    site.put("dfs.replication", "1");
    site.put("dfs.blocksize", Long.toString(options.blockSize()));
    site.put("dfs.namenode.fs-limits.min-block-size", "512");
    site.put("dfs.namenode.name.dir", dir.resolve("name").toUri().toString());
    site.put("dfs.namenode.http-address", "localhost:" + webPort);
    site.put("dfs.namenode.safemode.extension", "0");
    site.put("dfs.namenode.datanode.registration.ip-hostname-check", "false");
    site.put("dfs.datanode.hostname", "localhost");
    site.put("dfs.datanode.http.address", "localhost:0");
    site.put("dfs.datanode.ipc.address", "localhost:0");
    // Dead after 2 * 2.5 + 10 * 1 seconds in place of ten minutes.
    site.put("dfs.heartbeat.interval", "1");
    site.put("dfs.namenode.heartbeat.recheck-interval", "2500");
    return site;
  }
}
