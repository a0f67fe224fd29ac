package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathChecksTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  @TempDir private Path dir;

  private final List<String> problems = new ArrayList<>();
  private final PathChecks checks = new PathChecks(new Configuration(), problems);

  // --- isDirectory

  @Test
  void acceptsADirectory() {
    checks.isDirectory("input.path", dir.toString());
    checks.isDirectory("input.path", dir.toUri().toString());

    assertThat(problems).isEmpty();
  }

  @Test
  void missesADirectory() {
    checks.isDirectory("input.path", dir + "/none");

    assertThat(problems)
        .containsExactly(
            "input.path: is '"
                + dir
                + "/none', which does not exist; create it or correct the path");
  }

  @ParameterizedTest
  @CsvSource({"/*.json", "/{a,b}", "/a?", "'/a,/b'"})
  void tellsThatPatternsAreNotExpanded(String pattern) {
    checks.isDirectory("input.path", dir + pattern);

    assertThat(problems)
        .containsExactly(
            "input.path: is '%s%s', which does not exist; one directory is meant, patterns and lists are not expanded"
                .formatted(dir, pattern));
  }

  @Test
  void tellsADirectoryThatStandsAsAHost() {
    checks.isDirectory("input.path", "file://in/a");
    checks.canRename(Map.of("output", "file://out"));

    assertThat(problems)
        .containsExactly(
            "input.path: is 'file://in/a', whose 'in' is taken for a host; write file:///path, or the path alone",
            "output: is 'file://out', whose 'out' is taken for a host; write file:///path, or the path alone");
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(dir.resolve("file.json"), "{}");

    checks.isDirectory("input.path", file.toString());

    assertThat(problems)
        .containsExactly(
            "input.path: is '" + file + "', which is a file; name the directory it is in");
  }

  @ParameterizedTest
  @CsvSource({"nosuch://host/x", "''", "hdfs:///no-name-node", "'a:b'"})
  void tellsWhatCannotBeReached(String path) {
    checks.isDirectory("input.path", path);

    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("input.path: is '" + path + "', which cannot be reached: ");
  }

  @Test
  void checksOnHdfs() throws IOException {
    Hdfs hdfs = HDFS.get();
    hdfs.fileSystem().mkdirs(new org.apache.hadoop.fs.Path("/checks/in"));
    PathChecks onHdfs = new PathChecks(hdfs.configuration(), problems);

    onHdfs.isDirectory("a", "/checks/in");
    onHdfs.isDirectory("b", hdfs.uri("/checks/in"));
    onHdfs.isDirectory("c", "/checks/none");
    onHdfs.areApart(Map.of("d", "/checks/in"));
    onHdfs.areApart(pair("/checks/in", hdfs.uri("/checks")));
    onHdfs.areApart(pair("/checks/in", "file:/checks"));

    assertThat(problems)
        .containsExactly(
            "c: is '/checks/none', which does not exist; create it or correct the path",
            "one: is '/checks/in', which lies in two ('%s'); choose a directory apart from it"
                .formatted(hdfs.uri("/checks")));
  }

  // --- Object stores

  @ParameterizedTest
  @CsvSource({
    "s3a://bucket/in, hadoop-aws, s3a",
    "s3://bucket/in, hadoop-aws, s3a",
    "abfss://c@account.dfs.core.windows.net/in, hadoop-azure, abfss",
    "gs://bucket/in, hadoop-gcp, gs"
  })
  void namesTheConnectorThatAnInputNeeds(String path, String connector, String scheme) {
    checks.isDirectory("input.path", path);

    assertThat(problems)
        .containsExactly(
            "input.path: is '%s', which needs a connector that is not there; start with spark-submit"
                    .formatted(path)
                + " --packages org.apache.hadoop:%s:%s and a path of scheme %s"
                    .formatted(connector, VersionInfo.getVersion(), scheme));
  }

  @Test
  void refusesToPublishIntoAnObjectStore() {
    Map<String, String> paths = pair("s3a://bucket/out", "/local");
    paths.put("three", "GS://bucket/x");
    paths.put("four", null);
    paths.put("five", "a:b");

    checks.areApart(pair("s3a://bucket/out", "/local"));
    checks.canRename(paths);

    assertThat(problems)
        .containsExactly(
            "one: is 's3a://bucket/out' in an object store, where a rename is no commit; choose a"
                + " directory on HDFS or a local disk",
            "three: is 'GS://bucket/x' in an object store, where a rename is no commit; choose a"
                + " directory on HDFS or a local disk");
  }

  @Test
  void anObjectStoreMayBeTheDefaultFileSystem() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "s3a://bucket");

    new PathChecks(hadoop, problems).canRename(Map.of("output", "/out", "ledger", "file:/ledger"));

    assertThat(problems).singleElement().asString().startsWith("output: is '/out' in an object");
  }

  // --- areApart

  private static Map<String, String> pair(String one, String two) {
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put("one", one);
    paths.put("two", two);
    return paths;
  }

  @ParameterizedTest
  @CsvSource({"/a,/b", "/a/b,/a/c", "/data,/data2", "/data/in,/data/inner", "relative,/relative"})
  void acceptsPathsThatAreApart(String one, String two) {
    checks.areApart(pair(one, two));
    checks.areApart(pair(two, one));

    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/a/b,/a", "/a/b/c,/a", "/a/b,file:///a/", "/a,/", "/x/../a/b,/a", "rel/in,rel"})
  void refusesAPathThatLiesInAnother(String inner, String outer) {
    checks.areApart(pair(inner, outer));

    assertThat(problems)
        .containsExactly(
            "one: is '%s', which lies in two ('%s'); choose a directory apart from it"
                .formatted(inner, outer));
  }

  @Test
  void refusesAPathInWhichAnEarlierOneLies() {
    checks.areApart(pair("/a", "/a/b"));

    assertThat(problems)
        .containsExactly(
            "two: is '/a/b', which lies in one ('/a'); choose a directory apart from it");
  }

  @ParameterizedTest
  @CsvSource({"/a,/a", "/a/,/a", "file:/a,/a", "/a//b,/a/b"})
  void refusesTheSamePathOnce(String one, String two) {
    checks.areApart(pair(one, two));

    assertThat(problems)
        .containsExactly(
            "two: is '%s', which is the same as one ('%s'); choose a directory apart from it"
                .formatted(two, one));
  }

  @Test
  void tellsEveryPairThatIsNotApart() {
    Map<String, String> paths = pair("/a", "/a/b");
    paths.put("three", "/a");

    checks.areApart(paths);

    assertThat(problems).hasSize(3).allMatch(p -> p.endsWith("; choose a directory apart from it"));
  }

  // --- areHidden, areNoOthers

  private static Map<String, String> directories(Path root) {
    Map<String, String> directories = new LinkedHashMap<>();
    directories.put("input", root + "/in");
    directories.put("output", root + "/out");
    directories.put("copy", root + "/copy");
    return directories;
  }

  @ParameterizedTest
  @ValueSource(strings = {"out/_quarantine", "out/_q/deep", "out/.q", "apart", "in2"})
  void acceptsAccountsThatNobodyReads(String path, @TempDir Path root) {
    checks.areHidden("output", directories(root), pair("quarantine", root + "/" + path, null));

    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "out/bad, which readers of output ('%s/out') would take for data; let its name begin with _",
    "out, which is the same as output ('%s/out'); choose a directory apart from it",
    "in/q, which lies in input ('%s/in'); choose a directory apart from it",
    "in/_q, which lies in input ('%s/in'); choose a directory apart from it",
    "copy/_q, which lies in copy ('%s/copy'); choose a directory apart from it",
    "link/q, which lies in input ('%s/in'); choose a directory apart from it"
  })
  void refusesAccountsWhereSomeoneReads(String path, String problem, @TempDir Path root)
      throws IOException {
    Files.createDirectory(root.resolve("in"));
    Files.createSymbolicLink(root.resolve("link"), root.resolve("in"));

    checks.areHidden("output", directories(root), pair("quarantine", root + "/" + path, null));

    assertThat(problems)
        .containsExactly(
            "quarantine: is '%s/%s', %s".formatted(root, path, problem.formatted(root)));
  }

  @Test
  void refusesAnInputAmongTheAccountsAndAccountsInEachOther(@TempDir Path root) {
    Map<String, String> accounts = new LinkedHashMap<>();
    accounts.put("quarantine", root.toString());
    accounts.put("ledger", root + "/l");

    checks.areHidden("output", Map.of("input", root + "/in"), accounts);

    assertThat(problems)
        .containsExactly(
            "quarantine: is '%s', which has in it input ('%s/in'); choose a directory apart from it"
                .formatted(root, root),
            "ledger: is '%s/l', which lies in quarantine ('%s'); choose a directory apart from it"
                .formatted(root, root));
  }

  @ParameterizedTest
  @ValueSource(strings = {"_ledger/_owner.json", "_owner.json", "millrace.json"})
  void refusesADirectoryOfAnotherJob(String mark, @TempDir Path root) throws IOException {
    Path other = root.resolve("other");
    Files.createDirectories(other.resolve(mark).getParent());
    Files.writeString(other.resolve(mark), "{}");

    checks.areNoOthers(Map.of("output", other + "/a/b", "checkpoint", root + "/c"));
    // Its own, which it has from an earlier run.
    checks.areNoOthers(Map.of("output", other.toString(), "ledger", other + "/_ledger"));

    assertThat(problems)
        .containsExactly(
            "output: is '%s/a/b', which lies in a directory of another job ('file:%s'); choose one apart from it"
                .formatted(other, other));
  }

  private static Map<String, String> pair(String key, String path, String ignored) {
    Map<String, String> pair = new LinkedHashMap<>();
    pair.put(key, path);
    pair.put("unset", ignored);
    return pair;
  }
}
