package io.github.millrace.config;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;

/**
 * An object store that Hadoop reaches by a connector of its own, which Spark does not bring.
 *
 * @param connector artifact of org.apache.hadoop
 * @param schemes of its paths; the first is the one to use
 */
record ObjectStore(String connector, List<String> schemes) {
  private static final List<ObjectStore> ALL =
      List.of(
          new ObjectStore("hadoop-aws", List.of("s3a", "s3", "s3n")),
          new ObjectStore("hadoop-azure", List.of("abfss", "abfs", "wasbs", "wasb")),
          new ObjectStore("hadoop-gcp", List.of("gs")),
          new ObjectStore("hadoop-aliyun", List.of("oss")),
          new ObjectStore("hadoop-cos", List.of("cosn")),
          new ObjectStore("hadoop-huaweicloud", List.of("obs")));

  /** The store that a path lies in, by its scheme or that of the default file system. */
  static Optional<ObjectStore> of(Path path, Configuration hadoop) {
    String given = path.toUri().getScheme();
    String scheme = given == null ? FileSystem.getDefaultUri(hadoop).getScheme() : given;
    return scheme == null
        ? Optional.empty()
        : ALL.stream()
            .filter(store -> store.schemes.contains(scheme.toLowerCase(Locale.ROOT)))
            .findFirst();
  }

  /** Whether a connector for one of its schemes can be loaded. */
  boolean hasConnector(Configuration hadoop) {
    return schemes.stream().anyMatch(scheme -> canLoad(scheme, hadoop));
  }

  private static boolean canLoad(String scheme, Configuration hadoop) {
    try {
      return FileSystem.getFileSystemClass(scheme, hadoop) != null;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** What a user reads where there is no connector. */
  String lack() {
    return "which needs a connector that is not there; start with spark-submit --packages"
        + " org.apache.hadoop:%s:%s".formatted(connector, VersionInfo.getVersion())
        + " and a path of scheme %s".formatted(schemes.get(0));
  }
}
