package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** What all of Hadoop's daemons need to run from plain Maven packages. */
final class HadoopDaemon {

  private static final String LOG4J =
      """
      log4j.rootLogger=INFO,console
      log4j.appender.console=org.apache.log4j.ConsoleAppender
      log4j.appender.console.layout=org.apache.log4j.PatternLayout
      log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n
      """;

  private HadoopDaemon() {}

  /**
   * Prepares a daemon's JVM.
   *
   * @param conf the directory of its *-site.xml files
   * @param heapMb the most memory for its heap
   */
  static ChildJvm jvm(String name, String mainClass, Path conf, Path dir, int heapMb) {
    try {
      Path extra = Files.createDirectories(dir.resolve("classpath"));
      Files.writeString(extra.resolve("log4j.properties"), LOG4J);
      // The web pages are in Hadoop's tarball only; the servers want their directories all the
      // same.
      Files.createDirectories(extra.resolve("webapps/hdfs"));
      Files.createDirectories(extra.resolve("webapps/datanode"));
      return ChildJvm.of(name, mainClass)
          .classpath(conf, extra)
          .classpath(ServerClasspath.of("hadoop"))
          .options("-Xmx" + heapMb + "m", "-Dhadoop.log.dir=" + dir)
          .opens("java.lang", "java.util", "java.net", "java.io")
          .options("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED")
          .env("HADOOP_CONF_DIR", conf.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare " + name + " in " + dir, e);
    }
  }

  /** Writes a Hadoop configuration file. */
  static void writeSite(Path file, Map<String, String> settings) {
    String properties =
        settings.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(HadoopDaemon::property)
            .collect(Collectors.joining());
    try {
      Files.writeString(file, "<configuration>\n" + properties + "</configuration>\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private static String property(Map.Entry<String, String> setting) {
    return "  <property><name>%s</name><value>%s</value></property>\n"
        .formatted(setting.getKey(), setting.getValue().replace("&", "&amp;").replace("<", "&lt;"));
  }
}
