package io.github.millrace.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A real YARN on top of an HDFS: a ResourceManager and a NodeManager in JVMs of their own, on free
 * ports, in a temporary directory. The containers run on this machine.
 */
public final class Yarn implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration REQUEST = Duration.ofSeconds(20);
  private static final String SITE = "yarn-site.xml";
  private static final String LOGS = "container-logs";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  private final Path conf;
  private final Path logs;
  private final URI webUri;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST).build();
  private final List<ChildProcess> daemons = new ArrayList<>();
  private final Optional<ScratchDir> own;

  /** Where an application is in its life, by YARN's own names. */
  public enum State {
    NEW,
    NEW_SAVING,
    SUBMITTED,
    ACCEPTED,
    RUNNING,
    FINISHED,
    FAILED,
    KILLED;

    /** Returns whether the application has come to its end. */
    public boolean ended() {
      return this == FINISHED || this == FAILED || this == KILLED;
    }
  }

  /** What an application said of its own end, by YARN's own names. */
  public enum FinalStatus {
    UNDEFINED,
    SUCCEEDED,
    FAILED,
    KILLED,
    ENDED
  }

  /**
   * The ResourceManager's report on an application.
   *
   * @param diagnostics why it failed; empty if it did not
   */
  public record Application(
      String id, String name, State state, FinalStatus finalStatus, String diagnostics) {}

  private Yarn(Path dir, Optional<ScratchDir> own) {
    this.own = own;
    conf = dir.resolve("conf");
    logs = dir.resolve(LOGS);
    Configuration site = new Configuration(false);
    site.addResource(new org.apache.hadoop.fs.Path(conf.resolve(SITE).toUri()));
    webUri = URI.create("http://" + site.get("yarn.resourcemanager.webapp.address"));
  }

  /**
   * Starts a YARN and waits until it can run applications.
   *
   * @param hdfs where applications are staged; close it after this YARN
   * @throws IllegalStateException with the end of the log, if a daemon does not come up
   */
  public static Yarn start(Hdfs hdfs) {
    ScratchDir dir = ScratchDir.create("yarn");
    Path conf = dir.sub("conf");
    dir.sub(LOGS);
    try {
      for (String file : List.of("core-site.xml", "hdfs-site.xml")) {
        Files.copy(hdfs.confDir().resolve(file), conf.resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy the HDFS settings to " + conf, e);
    }
    HadoopDaemon.writeSite(conf.resolve(SITE), yarnSite(dir.path(), Ports.free(5)));
    HadoopDaemon.writeSite(conf.resolve("capacity-scheduler.xml"), capacityScheduler());
    Yarn yarn = new Yarn(dir.path(), Optional.of(dir));
    try {
      // Both at once: the NodeManager waits for the ResourceManager by itself.
      ChildProcess resourceManager =
          yarn.start(
              dir,
              "resourcemanager",
              "org.apache.hadoop.yarn.server.resourcemanager.ResourceManager");
      ChildProcess nodeManager =
          yarn.start(dir, "nodemanager", "org.apache.hadoop.yarn.server.nodemanager.NodeManager");
      resourceManager.awaitReady("its REST API", START, () -> !yarn.get("info").isEmpty());
      nodeManager.awaitReady("its registration", START, () -> yarn.activeNodes() == 1);
      return yarn;
    } catch (RuntimeException e) {
      dir.keep();
      yarn.close();
      throw e;
    }
  }

  /**
   * Returns the YARN that all JVMs of a run of {@code bin/test} share, on {@link Hdfs#ofRun};
   * outside of a run starts one. Name your applications for yourself there.
   *
   * @throws IllegalStateException with the end of the log, if a daemon does not come up
   */
  public static Yarn ofRun() {
    return RunServers.address(RunServers.Kind.YARN)
        .map(dir -> new Yarn(Path.of(dir), Optional.empty()))
        .orElseGet(() -> start(HDFS.get()));
  }

  /** Returns what {@link #ofRun} finds it by: its directory. */
  String address() {
    return conf.getParent().toString();
  }

  /**
   * Returns a directory with core-site.xml, hdfs-site.xml and yarn-site.xml, for HADOOP_CONF_DIR.
   */
  public Path confDir() {
    return conf;
  }

  /** Returns the address of the ResourceManager's web server and REST API. */
  public URI webUri() {
    return webUri;
  }

  /**
   * Returns all applications, the oldest first.
   *
   * @throws UncheckedIOException if the ResourceManager does not answer
   */
  public List<Application> applications() {
    List<Application> applications = new ArrayList<>();
    get("apps").path("apps").path("app").forEach(node -> applications.add(application(node)));
    applications.sort(Comparator.comparing(Application::id));
    return applications;
  }

  /**
   * Returns the report on one application.
   *
   * @throws IllegalStateException if there is none of that id
   * @throws UncheckedIOException if the ResourceManager does not answer
   */
  public Application application(String id) {
    return application(get("apps/" + id).path("app"));
  }

  /**
   * Returns the newest application of that name.
   *
   * @throws IllegalStateException if there is none
   * @throws UncheckedIOException if the ResourceManager does not answer
   */
  public Application named(String name) {
    return applications().stream()
        .filter(application -> application.name().equals(name))
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new IllegalStateException("No application is named " + name));
  }

  /**
   * Returns the report on an application when it has come to its end.
   *
   * @throws IllegalStateException if it does not in time
   */
  public Application awaitEnd(String id, Duration timeout) {
    return Await.value(
        "the end of " + id,
        timeout,
        () -> Optional.of(application(id)).filter(application -> application.state().ended()));
  }

  /**
   * Kills an application, and returns when it is gone.
   *
   * @throws IllegalStateException if YARN refuses or there is none of that id
   */
  public void kill(String id) {
    HttpRequest request =
        request("apps/" + id + "/state")
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"state\":\"KILLED\"}"))
            .build();
    send(request);
    awaitEnd(id, Duration.ofMinutes(1));
  }

  /**
   * Returns what the containers of an application wrote: each file under a line with its name,
   * {@code --- container_.../stdout ---}. Empty if nothing was written.
   */
  public String logs(String id) {
    Path root = logs.resolve(id);
    if (Files.notExists(root)) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> List.of("stdout", "stderr").contains(file.getFileName().toString()))
          .sorted()
          .forEach(
              file ->
                  text.append(
                      "--- %s ---\n%s".formatted(root.relativize(file), ChildProcess.read(file))));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the logs in " + root, e);
    }
    return text.toString();
  }

  /** Kills all applications and both daemons, and deletes the files, if this JVM started them. */
  @Override
  public void close() {
    daemons.forEach(ChildProcess::kill);
    own.ifPresent(ScratchDir::close);
  }

  private ChildProcess start(ScratchDir dir, String name, String mainClass) {
    ChildProcess daemon =
        HadoopDaemon.jvm(name, mainClass, conf, dir.path(), 256).start(dir.path());
    daemons.add(0, daemon);
    return daemon;
  }

  private int activeNodes() {
    return get("metrics").path("clusterMetrics").path("activeNodes").asInt();
  }

  private static Application application(JsonNode node) {
    return new Application(
        node.path("id").asText(),
        node.path("name").asText(),
        State.valueOf(node.path("state").asText()),
        FinalStatus.valueOf(node.path("finalStatus").asText()),
        node.path("diagnostics").asText().strip());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(webUri.resolve("/ws/v1/cluster/" + path))
        .timeout(REQUEST)
        .header("Accept", "application/json");
  }

  private JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 404) {
        throw new IllegalStateException("YARN has no " + request.uri() + ": " + response.body());
      }
      if (response.statusCode() >= 300) {
        throw new IOException("status " + response.statusCode() + ": " + response.body());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The ResourceManager did not do %s %s".formatted(request.method(), request.uri()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking the ResourceManager", e);
    }
  }

  private static Map<String, String> yarnSite(Path dir, List<Integer> ports) {
    Map<String, String> site = new HashMap<>();
    site.put("yarn.resourcemanager.hostname", "localhost");
    site.put("yarn.resourcemanager.webapp.address", "localhost:" + ports.get(0));
    site.put("yarn.resourcemanager.address", "localhost:" + ports.get(1));
    site.put("yarn.resourcemanager.scheduler.address", "localhost:" + ports.get(2));
    site.put("yarn.resourcemanager.resource-tracker.address", "localhost:" + ports.get(3));
    site.put("yarn.resourcemanager.admin.address", "localhost:" + ports.get(4));
    site.put("yarn.resourcemanager.am.max-attempts", "2");
    site.put("yarn.scheduler.minimum-allocation-mb", "256");
    site.put("yarn.nodemanager.hostname", "localhost");
    site.put("yarn.nodemanager.address", "localhost:0");
    site.put("yarn.nodemanager.localizer.address", "localhost:0");
    site.put("yarn.nodemanager.webapp.address", "localhost:0");
    site.put("yarn.nodemanager.collector-service.address", "localhost:0");
    site.put("yarn.nodemanager.local-dirs", dir.resolve("container-work").toString());
    site.put("yarn.nodemanager.log-dirs", dir.resolve(LOGS).toString());
    site.put("yarn.nodemanager.resource.memory-mb", "4096");
    site.put("yarn.nodemanager.resource.cpu-vcores", "8");
    // A JVM reserves far more address space than it uses.
    site.put("yarn.nodemanager.vmem-check-enabled", "false");
    // A nearly full disk of a developer's machine is no reason to run nothing.
    site.put(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "99.5");
    site.put("yarn.nodemanager.delete.debug-delay-sec", "0");
    // Heartbeats are what a small application waits for most of its time.
    site.put("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", "100");
    return site;
  }

  private static Map<String, String> capacityScheduler() {
    return Map.of(
        "yarn.scheduler.capacity.root.queues", "default",
        "yarn.scheduler.capacity.root.default.capacity", "100",
        "yarn.scheduler.capacity.maximum-am-resource-percent", "0.8");
  }
}
