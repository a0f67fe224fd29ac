package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
  private static final String MISSING = "is missing; set it to a directory";

  private final Configuration hadoop = new Configuration();
  private final List<String> problems = new ArrayList<>();

  /** A default is a location as any other. */
  record Places(@NotBlank(message = MISSING) Location in, @Valid Out output, Location ledger) {
    record Out(@NotBlank(message = MISSING) Location path, Location copy, Integer copies) {
      Out {
        copy = Objects.requireNonNullElseGet(copy, () -> Location.of("copy"));
      }
    }
  }

  private Places load(String yaml, String... overrides) {
    return new ConfigLoader(Map.of(), hadoop, problems)
        .load(Places.class, "places.yaml", yaml, List.of(overrides))
        .orElseThrow();
  }

  @Test
  void meansTheSameFromAnywhereAndIsShownAsWritten() {
    hadoop.set("fs.defaultFS", "file:///");

    Places places = load("in: in\noutput: {path: 'file:/out/', copies: 2}\n");

    assertThat(problems).isEmpty();
    assertThat(places.in().path()).isEqualTo("file:" + Path.of("in").toAbsolutePath());
    assertThat(places.output().path().path()).isEqualTo("file:/out");
    assertThat(places.output().copy().path()).isEqualTo("file:" + Path.of("copy").toAbsolutePath());
    assertThat(places.output().copies()).isEqualTo(2);
    assertThat(places.ledger()).isNull();
    assertThat(Location.pathOf(places.ledger())).isNull();
    assertThat(Secrets.yaml(places))
        .isEqualTo(
            """
            in: in
            output:
              path: file:/out/
              copy: copy
              copies: 2
            ledger: null
            """);
  }

  @Test
  void liesInTheDefaultFileSystem() {
    hadoop.set("fs.defaultFS", "viewfs://all/");
    hadoop.set("fs.viewfs.mounttable.all.link./data", "file:///data");

    assertThat(load("in: /data/in\noutput: {path: /data/out}").in().path())
        .isEqualTo("viewfs://all/data/in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"output: {}", "in:\noutput: {path: ''}", "in: ''\noutput: {path: ' '}"})
  void oneThatIsMissingOrBlankIsAProblem(String yaml) {
    load(yaml);

    assertThat(problems).containsExactly("in: " + MISSING, "output.path: " + MISSING);
  }

  @Test
  void isTextInADocumentAndInAnOverride() {
    assertThat(load("output: {path: {a: b}}", "in=[a, b]").in()).hasToString("[a, b]");
    assertThat(problems)
        .containsExactly("output.path: is '{\"a\":\"b\"}', must be text; put it in quotes");
  }

  @Test
  void oneWhoseFileSystemIsNotKnownIsToldWhenItIsUsed() {
    Location nowhere = load("in: nowhere://host/in\noutput: {path: out}").in();

    assertThat(problems).isEmpty();
    assertThatThrownBy(nowhere::path)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("No FileSystem for scheme \"nowhere\"");
  }
}
