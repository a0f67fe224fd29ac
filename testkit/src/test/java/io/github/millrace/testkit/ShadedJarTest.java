package io.github.millrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadedJarTest {

  private static final String SERVICE = "META-INF/services/a.Service";

  @TempDir Path dir;

  @Test
  void findsAnEntryThatIsThereTwice() throws IOException {
    Path jar = jar("twice.jar", "a/Onf.class", "", "a/One.class", "");
    // No JAR tool writes an entry twice any more, but shading plug-ins did.
    byte[] bytes = Files.readAllBytes(jar);
    String text = new String(bytes, ISO_8859_1);
    Files.writeString(jar, text.replace("a/Onf", "a/One"), ISO_8859_1);

    assertThatThrownBy(() -> ShadedJar.of(jar).assertNoEntryTwice())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a/One.class");
  }

  @Test
  void findsAClassThatAnotherJarBrings() throws IOException {
    Path spark = jar("spark.jar", "b/Same.class", "", "module-info.class", "");
    Path jar = jar("job.jar", "a/Own.class", "", "b/Same.class", "", "module-info.class", "");

    assertThatThrownBy(() -> ShadedJar.of(jar).assertNothingOf(List.of(spark)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 classes")
        .hasMessageContaining("b/Same.class of spark.jar");
  }

  @Test
  void findsAServiceThatGotLost() throws IOException {
    Path first = jar("first.jar", SERVICE, "# providers\na.First # one\n");
    Path second = jar("second.jar", SERVICE, "a.Second\n");
    Path jar = jar("job.jar", SERVICE, "a.First\n");

    assertThatThrownBy(() -> ShadedJar.of(jar).assertServicesOf(List.of(first, second)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 service providers")
        .hasMessageContaining("a.Second in a.Service of " + second);
    assertThatCode(() -> ShadedJar.of(jar).assertServicesOf(List.of(first)))
        .doesNotThrowAnyException();
  }

  @Test
  void findsAServiceOfTheProjectItself() throws IOException {
    Path own = Files.createDirectories(dir.resolve("classes/META-INF/services"));
    Files.writeString(own.resolve("a.Service"), "a.Own\n");
    Path jar = jar("job.jar", SERVICE, "a.First\n");

    assertThatThrownBy(() -> ShadedJar.of(jar).assertServicesOf(List.of(dir.resolve("classes"))))
        .hasMessageContaining("a.Own in a.Service");
  }

  @Test
  void findsAProviderWhoseClassGotLost() throws IOException {
    Path jar = jar("job.jar", SERVICE, "a.Here\na.Gone\n", "a/Here.class", "");

    assertThatThrownBy(() -> ShadedJar.of(jar).assertProvidersPresent())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a.Gone");
  }

  @Test
  void findsAMock() throws IOException {
    Path jar = jar("job.jar", "org/mockito/Mockito.class", "");

    assertThatThrownBy(() -> ShadedJar.of(jar).assertNoMocks())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("org/mockito/Mockito.class");
  }

  @Test
  void comparesTwoBuilds() throws IOException {
    Path a = jar("a.jar", "a/One.class", "x");
    Path same = Files.copy(a, dir.resolve("same.jar"));
    Path other = jar("other.jar", "a/One.class", "y");

    assertThatCode(() -> ShadedJar.assertReproducible(a, same)).doesNotThrowAnyException();
    assertThatThrownBy(() -> ShadedJar.assertReproducible(a, other))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a/One.class (1 bytes");
  }

  /** Makes a JAR of names and contents in turn. */
  private Path jar(String name, String... entries) throws IOException {
    Path jar = dir.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (int i = 0; i < entries.length; i += 2) {
        out.putNextEntry(new ZipEntry(entries[i]));
        out.write(entries[i + 1].getBytes(UTF_8));
      }
    }
    return jar;
  }
}
