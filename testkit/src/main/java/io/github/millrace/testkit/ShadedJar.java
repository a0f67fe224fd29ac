package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Assertions on a shaded JAR. Each returns this, or throws an AssertionError naming the entries.
 */
public final class ShadedJar {

  private static final String SERVICES = "META-INF/services/";
  private static final List<String> MOCKS =
      List.of("org/mockito/", "org/powermock/", "org/easymock/", "io/mockk/", "mockit/");

  private final Path jar;
  private final List<String> entries;

  private ShadedJar(Path jar, List<String> entries) {
    this.jar = jar;
    this.entries = entries;
  }

  /**
   * Opens a JAR.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public static ShadedJar of(Path jar) {
    return new ShadedJar(jar, entries(jar));
  }

  /**
   * Opens the JAR of the module under test, which the build names in the system property {@code
   * millrace.jar} of its integration tests.
   *
   * @throws IllegalStateException if the property is not set
   */
  public static ShadedJar ofThisModule() {
    return of(pathOfThisModule());
  }

  /**
   * Returns the JAR of the module under test, as {@link #ofThisModule} finds it.
   *
   * @throws IllegalStateException if the property is not set
   */
  public static Path pathOfThisModule() {
    String path = System.getProperty("millrace.jar");
    if (path == null) {
      throw new IllegalStateException(
          "System property millrace.jar is not set: name the test *IT and run it by mvn verify");
    }
    return Path.of(path);
  }

  /**
   * Returns the JAR or directory that a class was loaded from.
   *
   * @throws IllegalStateException if it is a class of the JDK
   */
  public static Path jarOf(Class<?> type) {
    if (type.getProtectionDomain().getCodeSource() == null) {
      throw new IllegalStateException(type + " comes from the JDK, not from a JAR");
    }
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot tell where " + type + " comes from", e);
    }
  }

  /**
   * Asserts what holds for the JAR of every job: it has no entry twice, nothing of Spark, no mocks,
   * and all service providers that it names or needs.
   *
   * @param bundled a class of each dependency whose services the job needs
   * @throws IllegalStateException if SPARK_HOME is unset
   */
  public ShadedJar assertJob(Class<?>... bundled) {
    return assertNoEntryTwice()
        .assertNothingOfSpark()
        .assertNoMocks()
        .assertServicesOf(Stream.of(bundled).map(ShadedJar::jarOf).toList())
        .assertProvidersPresent();
  }

  /** Asserts that no entry is in the JAR twice. */
  public ShadedJar assertNoEntryTwice() {
    Set<String> seen = new HashSet<>();
    return assertNone("entries twice", entries.stream().filter(entry -> !seen.add(entry)));
  }

  /**
   * Asserts that the JAR brings no class that Spark's distribution brings already: which of the two
   * is loaded would depend on the class loader.
   *
   * @throws IllegalStateException if SPARK_HOME is unset
   */
  public ShadedJar assertNothingOfSpark() {
    return assertNothingOf(jarsIn(SparkHome.path().resolve("jars")));
  }

  /** Asserts that the JAR has no class in common with the given JARs. */
  public ShadedJar assertNothingOf(Collection<Path> others) {
    Set<String> classes =
        entries.stream().filter(ShadedJar::isClass).collect(Collectors.toCollection(HashSet::new));
    Map<String, Path> common = new TreeMap<>();
    for (Path other : others) {
      entries(other).stream()
          .filter(classes::contains)
          .forEach(entry -> common.putIfAbsent(entry, other.getFileName()));
    }
    return assertNone(
        "classes that others bring; exclude them in the module's shade configuration",
        common.entrySet().stream().map(entry -> entry.getKey() + " of " + entry.getValue()));
  }

  /** Asserts that no class of a mock library is in the JAR. */
  public ShadedJar assertNoMocks() {
    return assertNone(
        "classes of a mock library",
        entries.stream().filter(entry -> MOCKS.stream().anyMatch(entry::startsWith)));
  }

  /**
   * Asserts that every provider which a META-INF/services file of the given JARs or class
   * directories names is named by the same file of this JAR.
   */
  public ShadedJar assertServicesOf(Collection<Path> sources) {
    Map<String, Set<String>> actual = services(jar);
    List<String> missing = new ArrayList<>();
    for (Path source : sources) {
      services(source)
          .forEach(
              (service, providers) ->
                  providers.stream()
                      .filter(name -> !actual.getOrDefault(service, Set.of()).contains(name))
                      .forEach(name -> missing.add(name + " in " + service + " of " + source)));
    }
    return assertLacksNothing(missing);
  }

  /** Asserts that every provider which the JAR's META-INF/services files name is in the JAR. */
  public ShadedJar assertProvidersPresent() {
    Set<String> present = new HashSet<>(entries);
    return assertLacksNothing(
        services(jar).values().stream()
            .flatMap(Set::stream)
            .filter(name -> !present.contains(name.replace('.', '/') + ".class"))
            .toList());
  }

  /** Asserts that two builds of a JAR are the same, byte by byte. */
  public static void assertReproducible(Path jarA, Path jarB) {
    try {
      if (Files.mismatch(jarA, jarB) != -1) {
        throw new AssertionError(
            "%s and %s differ; entries that differ in name, order, time or content: %s"
                .formatted(jarA, jarB, differences(jarA, jarB)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot compare " + jarA + " and " + jarB, e);
    }
  }

  private ShadedJar assertNone(String what, Stream<String> found) {
    List<String> list = found.sorted().toList();
    if (!list.isEmpty()) {
      throw new AssertionError(
          "%s has %d %s: %s".formatted(jar, list.size(), what, shortened(list)));
    }
    return this;
  }

  private ShadedJar assertLacksNothing(List<String> missing) {
    if (!missing.isEmpty()) {
      throw new AssertionError(
          "%s lacks %d service providers: %s".formatted(jar, missing.size(), shortened(missing)));
    }
    return this;
  }

  private static String shortened(List<String> list) {
    int most = 20;
    String more = list.size() > most ? "\n  and " + (list.size() - most) + " more" : "";
    return list.stream().limit(most).collect(Collectors.joining("\n  ", "\n  ", more));
  }

  private static boolean isClass(String entry) {
    return entry.endsWith(".class")
        && !entry.endsWith("module-info.class")
        && !entry.startsWith("META-INF/");
  }

  private static List<Path> jarsIn(Path dir) {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + dir, e);
    }
  }

  private static List<String> entries(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + jar, e);
    }
  }

  private static Map<String, Set<String>> services(Path source) {
    try {
      return Files.isDirectory(source) ? servicesOfDirectory(source) : servicesOfJar(source);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + source, e);
    }
  }

  private static Map<String, Set<String>> servicesOfDirectory(Path source) throws IOException {
    Map<String, Set<String>> services = new HashMap<>();
    Path dir = source.resolve(SERVICES);
    if (Files.isDirectory(dir)) {
      try (Stream<Path> files = Files.list(dir)) {
        for (Path file : files.toList()) {
          services.put(file.getFileName().toString(), providers(Files.readString(file)));
        }
      }
    }
    return services;
  }

  private static Map<String, Set<String>> servicesOfJar(Path source) throws IOException {
    Map<String, Set<String>> services = new HashMap<>();
    try (ZipFile zip = new ZipFile(source.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (entry.getName().startsWith(SERVICES) && !entry.isDirectory()) {
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          services.put(
              entry.getName().substring(SERVICES.length()),
              providers(new String(bytes, StandardCharsets.UTF_8)));
        }
      }
    }
    return services;
  }

  private static Set<String> providers(String text) {
    return text.lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> differences(Path jarA, Path jarB) throws IOException {
    List<String> a = fingerprints(jarA);
    List<String> b = fingerprints(jarB);
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      String left = i < a.size() ? a.get(i) : "nothing";
      String right = i < b.size() ? b.get(i) : "nothing";
      if (!left.equals(right)) {
        differing.add(left + " | " + right);
      }
    }
    return differing.stream().limit(10).toList();
  }

  private static List<String> fingerprints(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .map(e -> "%s (%d bytes, crc %x, %s)".formatted(e, e.getSize(), e.getCrc(), e.getTime()))
          .toList();
    }
  }
}
