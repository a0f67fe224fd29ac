package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.Sample.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  private static final String MINIMAL =
      """
      input: {path: in}
      checkpoint: cp
      """;

  private final List<String> problems = new ArrayList<>();

  private Sample load(Map<String, String> environment, String yaml, String... overrides) {
    return new ConfigLoader(environment, new Configuration(), problems)
        .load(Sample.class, "job.yaml", yaml, List.of(overrides))
        .orElseThrow();
  }

  private Sample load(String yaml, String... overrides) {
    return load(Map.of(), yaml, overrides);
  }

  private Sample loaded(String yaml, String... overrides) {
    Sample sample = load(yaml, overrides);
    assertThat(problems).isEmpty();
    return sample;
  }

  private List<String> problemsOf(String yaml, String... overrides) {
    load(yaml, overrides);
    return problems;
  }

  // --- YAML

  @Test
  void readsEveryKindOfValue() {
    Sample sample =
        loaded(
            """
            input:
              path: hdfs://nn/in
              kafka:
                servers: b1:9092,b2:9092
                options:
                  group.id: g
                  max.poll.records: 500
            checkpoint: cp
            style: very_fancy
            deduplicate: true
            workers: 8
            limit: 9223372036854775807
            share: 0.25
            topics: [a, b]
            ports:
              - 1
              - 2
            options: {x: ''}
            """);

    assertThat(sample.input().path()).isEqualTo("hdfs://nn/in");
    assertThat(sample.input().kafka().servers()).isEqualTo("b1:9092,b2:9092");
    assertThat(sample.input().kafka().options())
        .containsExactly(Map.entry("group.id", "g"), Map.entry("max.poll.records", "500"));
    assertThat(sample.style()).isEqualTo(Style.VERY_FANCY);
    assertThat(sample.deduplicate()).isTrue();
    assertThat(sample.workers()).isEqualTo(8);
    assertThat(sample.limit()).isEqualTo(Long.MAX_VALUE);
    assertThat(sample.share()).isEqualTo(0.25);
    assertThat(sample.topics()).containsExactly("a", "b");
    assertThat(sample.ports()).containsExactly(1, 2);
    assertThat(sample.options()).containsExactly(Map.entry("x", ""));
  }

  @Test
  void textIsAsWritten() {
    assertThat(
            loaded(MINIMAL + "topics: [no, 007, 1.10, 0x1F, 1_000, 2024-01-01, 'null', ~]")
                .topics())
        .containsExactly("no", "007", "1.10", "0x1F", "1_000", "2024-01-01", "null", null);
  }

  @Test
  void leavesDefaultsToTheRecord() {
    Sample sample = loaded(MINIMAL);

    assertThat(sample.style()).isEqualTo(Style.PLAIN);
    assertThat(sample.workers()).isEqualTo(4);
    assertThat(sample.deduplicate()).isNull();
    assertThat(sample.input().kafka()).isEqualTo(new Sample.Kafka(null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"workers:", "workers: ~", "workers: null"})
  void aKeyWithoutAValueHasItsDefault(String line) {
    assertThat(loaded(MINIMAL + line).workers()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing but a comment\n", "---\n", "null"})
  void anEmptyDocumentIsNoProblemOfItsOwn(String yaml) {
    assertThat(loaded(yaml, "input.path=in", "checkpoint=cp").checkpoint()).isEqualTo("cp");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checkpoint: [cp\\nstyle: plain | line 2 | while parsing a flow sequence,"
            + " expected ',' or ']', but got :",
        "a: b: c                        | line 1 | mapping values are not allowed here",
        "workers: 1\\nworkers: 2         | line 2 | the key 'workers' stands twice",
        "input:\\n  path: a\\n  path: b   | line 3 | the key 'path' stands twice",
        "workers: 1\\n---\\nworkers: 2    | line 3 | a second document begins here",
        "topics: [&t a, b]\\nstyle: *t    | line 2 | *t is an alias; write the value itself",
      })
  void aDocumentThatIsNotReadableIsOneProblemWithItsLine(String yaml, String line, String message) {
    assertThat(unreadable(yaml.replace("\\n", "\n")))
        .isEqualTo("job.yaml, " + line + ": not readable as YAML: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"just text", "[a, b]", "42"})
  void aDocumentMustBeAMapping(String yaml) {
    assertThat(unreadable(yaml)).isEqualTo("job.yaml: is not a YAML mapping of keys to values");
  }

  private String unreadable(String yaml) {
    Optional<Sample> none =
        new ConfigLoader(Map.of(), new Configuration(), problems)
            .load(Sample.class, "job.yaml", yaml, List.of());

    assertThat(none).isEmpty();
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  // --- Overrides

  @Test
  void overridesWinOverTheDocumentAndLaterOverEarlier() {
    Sample sample =
        loaded(MINIMAL + "workers: 1", "workers=2", "input.path=elsewhere", "workers=3");

    assertThat(sample.workers()).isEqualTo(3);
    assertThat(sample.input().path()).isEqualTo("elsewhere");
    assertThat(sample.checkpoint()).isEqualTo("cp");
  }

  @Test
  void overridesReachKeysWhoseParentsAreAbsent() {
    assertThat(loaded(MINIMAL, "input.kafka.servers=b:9092").input().kafka().servers())
        .isEqualTo("b:9092");
  }

  @Test
  void overridesKeepTheOtherKeysOfAMapping() {
    assertThat(loaded(MINIMAL + "options: {a: 1, b: 2}", "options.b=3").options())
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "3"));
  }

  @Test
  void overridesReachTheDottedKeysOfAMap() {
    String yaml = MINIMAL + "options: {sasl.mechanism: PLAIN, group.id: g}";

    assertThat(loaded(yaml, "options.sasl.mechanism=SCRAM", "options.a.b=c").options())
        .containsExactly(
            Map.entry("sasl.mechanism", "SCRAM"),
            Map.entry("group.id", "g"),
            Map.entry("a.b", "c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "style=Very_Fancy          | very_fancy | 4",
        "workers=64                | plain      | 64",
      })
  void overridesAreTextOfAnyType(String override, String style, int workers) {
    Sample sample = loaded(MINIMAL, override);

    assertThat(sample.style()).hasToString(style);
    assertThat(sample.workers()).isEqualTo(workers);
  }

  @Test
  void overridesMayBeListsAndMappingsInFlowStyle() {
    Sample sample =
        loaded(
            MINIMAL + "topics: [old]",
            "topics=[a, 'b, c']",
            "ports=[1, 2]",
            "options={sasl.mechanism: PLAIN, n: 1}");

    assertThat(sample.topics()).containsExactly("a", "b, c");
    assertThat(sample.ports()).containsExactly(1, 2);
    assertThat(sample.options())
        .containsExactly(Map.entry("sasl.mechanism", "PLAIN"), Map.entry("n", "1"));
  }

  @Test
  void anOverrideOfATextMayLookLikeAMapping() {
    String offsets = "{\"view_log\": {\"0\": 12, \"1\": -2}}";

    assertThat(loaded(MINIMAL, "checkpoint=" + offsets).checkpoint()).isEqualTo(offsets);
    assertThat(loaded(MINIMAL, "checkpoint=[a, b]").checkpoint()).isEqualTo("[a, b]");
    assertThat(loaded(MINIMAL, "options.sasl.config=" + offsets).options())
        .containsExactly(Map.entry("sasl.config", offsets));
    assertThat(loaded(MINIMAL, "input.kafka.options={a: b}").input().kafka().options())
        .containsExactly(Map.entry("a", "b"));
  }

  @Test
  void aHomeDirectoryThatNoShellHasExpandedIsAProblem() {
    assertThat(problemsOf(MINIMAL + "topics: [~/t, a~/b]", "input.path=~/in"))
        .containsExactly(
            "input.path: is '~/in', but only a shell knows what ~ is; write the directory, or"
                + " ${HOME}/in",
            "topics[0]: is '~/t', but only a shell knows what ~ is; write the directory, or"
                + " ${HOME}/t");
  }

  @Test
  void overridesKeepWhatYamlWouldChange() {
    assertThat(loaded(MINIMAL, "checkpoint=a: b # c").checkpoint()).isEqualTo("a: b # c");
    assertThat(loaded(MINIMAL, "checkpoint=x=y").checkpoint()).isEqualTo("x=y");
    assertThat(loaded(MINIMAL, "checkpoint=[not a list").checkpoint()).isEqualTo("[not a list");
    assertThat(loaded(MINIMAL, "checkpoint=007").checkpoint()).isEqualTo("007");
  }

  @ParameterizedTest
  @ValueSource(strings = {"workers", "=8", ""})
  void anOverrideMustBeKeyAndValue(String override) {
    assertThat(problemsOf(MINIMAL, override))
        .containsExactly(
            "--set " + override + ": must be key=value, such as --set trigger=availableNow");
  }

  @Test
  void anOverrideOfAnUnknownKeyIsAProblemWithASuggestion() {
    assertThat(problemsOf(MINIMAL, "input.pth=x"))
        .containsExactly("input.pth: unknown key, did you mean 'path'?");
  }

  // --- Environment

  @Test
  void resolvesVariablesInDocumentAndOverrides() {
    Map<String, String> environment = Map.of("HOST", "nn", "COUNT", "7", "EMPTY", "");
    Sample sample =
        load(
            environment,
            """
            input:
              path: hdfs://${HOST}/${NONE:-in}${EMPTY:-not taken}
              kafka: {options: {user: '${HOST}'}}
            workers: ${COUNT}
            topics: ['${HOST}-a', b, '${HOST}${COUNT}']
            """,
            "checkpoint=${HOST}/cp");

    assertThat(problems).isEmpty();
    assertThat(sample.input().path()).isEqualTo("hdfs://nn/in");
    assertThat(sample.input().kafka().options()).containsExactly(Map.entry("user", "nn"));
    assertThat(sample.workers()).isEqualTo(7);
    assertThat(sample.topics()).containsExactly("nn-a", "b", "nn7");
    assertThat(sample.checkpoint()).isEqualTo("nn/cp");
  }

  @Test
  void aValueFromTheEnvironmentIsTakenAsItStands() {
    Map<String, String> environment = Map.of("PASSWORD", "a$1\\b${HOST}", "HOST", "nn");

    assertThat(load(environment, MINIMAL, "checkpoint=${PASSWORD}").checkpoint())
        .isEqualTo("a$1\\b${HOST}");
  }

  @Test
  void aDefaultMayBeEmptyOrHoldAnyText() {
    Sample sample =
        loaded(MINIMAL, "topics=['${NONE:-}', '${NONE:-a:-b}', '${NONE:-hdfs://nn:8020/x}']");

    assertThat(sample.topics()).containsExactly("", "a:-b", "hdfs://nn:8020/x");
  }

  @Test
  void everyMissingVariableIsAProblemThatNamesItsKey() {
    assertThat(problemsOf("input: {path: '${IN}'}\ncheckpoint: cp\ntopics: [a, '${TOPIC}']\n"))
        .containsExactly(
            "input.path: the environment has no variable IN; set it, or give a default:"
                + " ${IN:-default}",
            "topics[1]: the environment has no variable TOPIC; set it, or give a default:"
                + " ${TOPIC:-default}");
  }

  @Test
  void anOverrideSparesTheVariableThatItReplaces() {
    assertThat(loaded("input: {path: '${IN}'}\ncheckpoint: cp", "input.path=in").input().path())
        .isEqualTo("in");
  }

  // --- Unknown keys

  @Test
  void anUnknownKeyIsAProblemAtEachLevel() {
    assertThat(
            problemsOf(
                """
                chekpoint: x
                input:
                  path: in
                  pathh: y
                  kafka: {server: z, colour: blue}
                checkpoint: cp
                """))
        .containsExactly(
            "chekpoint: unknown key, did you mean 'checkpoint'?",
            "input.pathh: unknown key, did you mean 'path'?",
            "input.kafka.server: unknown key, did you mean 'servers'?",
            "input.kafka.colour: unknown key; known here: servers, options");
  }

  @Test
  void anUnknownKeyWithoutAValueIsAProblemToo() {
    assertThat(problemsOf(MINIMAL + "worker:\n"))
        .containsExactly("worker: unknown key, did you mean 'workers'?");
  }

  // --- Wrong values

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "workers: many         | workers: is 'many', must be a whole number up to 2147483647",
        "workers: 1.5          | workers: is '1.5', must be a whole number up to 2147483647",
        "workers: true         | workers: is 'true', must be a whole number up to 2147483647",
        "workers: [1]          | workers: is '[\"1\"]', must be a whole number up to 2147483647",
        "workers: 3000000000   | workers: is '3000000000',"
            + " must be a whole number up to 2147483647",
        "limit: 1e3            | limit: is '1e3', must be a whole number",
        "limit: 2.0            | limit: is '2.0', must be a whole number",
        "share: half           | share: is 'half', must be a number",
        "deduplicate: yes      | deduplicate: is 'yes', must be true or false",
        "deduplicate: 1        | deduplicate: is '1', must be true or false",
        "topics: a             | topics: is 'a', must be a list; each item must be text",
        "topics: {a: b}        | topics: is '{\"a\":\"b\"}', must be a list; each item must be text",
        "topics: [[a]]         | topics: is '[[\"a\"]]', must be a list; each item must be text",
        "ports: [1, x]         | ports: is '[\"1\",\"x\"]', must be a list; each item must be a whole number up to 2147483647",
        "options: a            | options: is 'a', must be a mapping; each value must be text",
        "options: [a]          | options: is '[\"a\"]', must be a mapping; each value must be text",
        "style: [plain]        | style: is '[\"plain\"]', must be one of plain, very_fancy",
        "style: fancy          | style: is 'fancy', must be one of plain, very_fancy",
        "style: 1              | style: is '1', must be one of plain, very_fancy",
        "pace: 5               | pace: is '5', must end in /s, such as 5/s",
      })
  void aValueOfTheWrongTypeIsAProblemWithItsRemedy(String line, String problem) {
    assertThat(problemsOf(MINIMAL + line)).containsExactly(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "workers=1.5     | workers: is '1.5', must be a whole number up to 2147483647",
        "deduplicate=on  | deduplicate: is 'on', must be true or false",
        "deduplicate=1   | deduplicate: is '1', must be true or false",
        "topics=a        | topics: is 'a', must be a list; each item must be text",
      })
  void anOverrideOfTheWrongTypeIsAProblem(String override, String problem) {
    assertThat(problemsOf(MINIMAL, override)).containsExactly(problem);
  }

  @Test
  void aNumberMayBeQuoted() {
    assertThat(loaded(MINIMAL + "workers: '8'\nshare: 1e-1").share()).isEqualTo(0.1);
  }

  @Test
  void aTextForAMappingIsOneProblem() {
    assertThat(problemsOf("input: in\ncheckpoint: cp"))
        .containsExactly("input: is 'in', must be a mapping with keys of its own");
  }

  @Test
  void aListForAMappingIsShown() {
    assertThat(problemsOf("input: [in]\ncheckpoint: cp"))
        .containsExactly("input: is '[\"in\"]', must be a mapping with keys of its own");
  }

  // --- Constraints

  @Test
  void aBrokenConstraintNamesKeyValueAndRemedy() {
    assertThat(problemsOf(MINIMAL + "workers: 65"))
        .containsExactly("workers: is '65', must be from 1 to 64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "input:\n", "input: {}\n", "input: {path: ''}\n", "input: {path: ' '}"})
  void aMissingNestedKeyIsAProblem(String yaml) {
    assertThat(problemsOf(yaml, "checkpoint=cp"))
        .containsExactly("input.path: is missing; set it to the directory that files arrive in");
  }

  @Test
  void reportsAllProblemsAtOnce() {
    assertThat(
            problemsOf(
                """
                input: {pth: in}
                style: fancy
                share: half
                workers: 0
                options: {user: '${NONE}'}
                """,
                "topics=a",
                "nonsense"))
        .containsExactlyInAnyOrder(
            "--set nonsense: must be key=value, such as --set trigger=availableNow",
            "options.user: the environment has no variable NONE; set it, or give a default:"
                + " ${NONE:-default}",
            "input.pth: unknown key, did you mean 'path'?",
            "input.path: is missing; set it to the directory that files arrive in",
            "style: is 'fancy', must be one of plain, very_fancy",
            "share: is 'half', must be a number",
            "topics: is 'a', must be a list; each item must be text",
            "checkpoint: is missing; set it to a directory of the job's own",
            "workers: is '0', must be from 1 to 64");
  }

  @Test
  void whatCouldNotBeReadIsNotCalledMissingToo() {
    assertThat(problemsOf("input: {path: {a: b}}\ncheckpoint: cp"))
        .containsExactly("input.path: is '{\"a\":\"b\"}', must be text; put it in quotes");
  }

  // --- A record under each name of a mapping

  @Test
  void readsARecordUnderEachName() {
    Sample sample =
        loaded(
            MINIMAL
                + "feeds: {clicks: {topic: a, more: {x.y: 1}}, cab-clicks: {topic: b, most: 3}}",
            "feeds.clicks.output=[out]",
            "feeds.logs.topic=c",
            "feeds.cab-clicks.most=5");

    assertThat(sample.feeds()).containsOnlyKeys("clicks", "cab-clicks", "logs");
    assertThat(sample.feeds().get("clicks").extent())
        .isEqualTo(new Sample.Extent(null, Map.of("x.y", "1")));
    assertThat(sample.feeds().get("clicks").output().path()).endsWith("/[out]");
    assertThat(sample.feeds().get("cab-clicks").extent().most()).isEqualTo(5);
    assertThat(sample.feeds().get("logs").topic()).isEqualTo("c");
  }

  @Test
  void whatIsWrongUnderANameIsToldWithTheName() {
    assertThat(
            problemsOf(
                MINIMAL
                    + """
                    feeds:
                      a: {topik: x, most: 0}
                      b: text
                      c: {topic: t, most: many, password: hunter2}
                      d: ~
                    """))
        .containsExactlyInAnyOrder(
            "feeds.a.topik: unknown key, did you mean 'topic'?",
            "feeds.a.topic: is missing; set it to a topic",
            "feeds.a.most: is '0', must be 1 or more",
            "feeds.b: is 'text', must be a mapping with keys of its own",
            "feeds.c.most: is 'many', must be a whole number up to 2147483647",
            "feeds.c.password: has a secret written out; put it into the environment, and write"
                + " ${NAME} in its place",
            "feeds.d.topic: is missing; set it to a topic");
  }

  // --- Secrets in messages

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "password: hunter2                  | password: is '******', must be a whole number",
        "password: 4711                     | password: is '******', must have six digits or more",
        "options: {password: [hunter2]}     | options: is '{\"password\":[\"******\"]}',"
            + " must be a mapping; each value must be text",
        "topics: {jaas: hunter2}            | topics: is '{\"jaas\":\"******\"}',"
            + " must be a list; each item must be text",
        "share: 'db://me:hunter2@host/x'    | share: is 'db://me:******@host/x', must be a number",
        "style: 'db://me:hunter2@host/x'    | style: is 'db://me:******@host/x',"
            + " must be one of plain, very_fancy",
      })
  void noMessageShowsASecret(String line, String problem) {
    assertThat(problemsOf(MINIMAL + line)).containsExactly(problem);
  }

  @Test
  void aSyntaxErrorDoesNotQuoteTheDocument() {
    assertThat(unreadable("password: hunter2: x\n")).doesNotContain("hunter2");
  }

  @Test
  void addsToTheProblemsThatThereAre() {
    problems.add("earlier");

    assertThat(problemsOf(MINIMAL + "workers: 0"))
        .containsExactly("earlier", "workers: is '0', must be from 1 to 64");
  }
}
