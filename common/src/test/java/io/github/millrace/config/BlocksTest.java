package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFormat;
import jakarta.validation.Valid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The blocks that jobs share, as a configuration has them. */
class BlocksTest {
  private final List<String> problems = new ArrayList<>();

  /** A job with all of them. */
  private record Job(
      @Valid KafkaConfig kafka,
      @Valid JdbcConfig jdbc,
      @Valid HiveConfig hive,
      @Valid CsvConfig csv,
      @Valid Out output,
      @Valid @JsonUnwrapped StreamConfig stream) {}

  private record Out(String directory, @JsonUnwrapped OutputConfig accounts) {}

  private static final String GOOD =
      """
      kafka: {bootstrapServers: 'b:1', topic: 'a, b'}
      jdbc: {url: 'jdbc:postgresql://db:5432/shop', user: me, password: '${DB_PASSWORD}'}
      hive: {metastore: 'thrift://m:9083'}
      output: {directory: out, ledger: accounts}
      checkpoint: cp
      """;

  @Test
  void theyAreReadWithTheirDefaults() {
    Job job = load(GOOD);

    assertThat(problems).isEmpty();
    assertThat(job.kafka().topics()).containsExactly("a", "b");
    assertThat(job.kafka().startingOffsets()).isEqualTo("earliest");
    assertThat(job.kafka().gaps()).isEqualTo(Gaps.REFUSE);
    assertThat(job.jdbc().password()).isEqualTo("hunter2");
    assertThat(job.hive().database()).isEqualTo("default");
    assertThat(job.hive().sparkSettings().forced())
        .containsOnly(
            Map.entry("spark.sql.catalogImplementation", "hive"),
            Map.entry("spark.hadoop.hive.metastore.uris", "thrift://m:9083"));
    assertThat(Secrets.yaml(job)).doesNotContain("hunter2");
  }

  @Test
  void aCsvFileIsStandardUnlessSaidOtherwise() {
    assertThat(load(GOOD).csv().format(Set.of())).isEqualTo(CsvFormat.STANDARD);
    assertThat(
            load(GOOD, "csv.delimiter=\\t", "csv.quote=none", "csv.header=false")
                .csv()
                .format(Set.of("a")))
        .isEqualTo(new CsvFormat(new CsvDialect('\t', CsvDialect.NO_QUOTE), false, Set.of("a")));
    assertThat(load(GOOD, "csv.delimiter=;", "csv.quote='").csv().format(Set.of()).dialect())
        .isEqualTo(new CsvDialect(';', '\''));
    assertThat(problems).isEmpty();
    load(GOOD, "csv.delimiter=ab", "csv.quote=x", "csv.header=maybe");
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "csv.delimiter: is 'ab', must be one ASCII character, such as ';' or '\\t', and no quote",
            "csv.quote: is 'x', must be '\"', \"'\" or none",
            "csv.header: is 'maybe', must be true or false");
  }

  @Test
  void keysOfAStreamAndOfAnOutputHaveNoLevelOfTheirOwn() {
    Job job = load(GOOD, "trigger=30 seconds", "maxBadShare=0.5");

    assertThat(problems).isEmpty();
    assertThat(job.stream().checkpoint()).hasToString("cp");
    assertThat(job.stream().trigger()).hasToString("30 seconds");
    assertThat(job.stream().maxBadShare()).isEqualTo(0.5);
    assertThat(job.stream().deduplicate()).isFalse();
    assertThat(job.output().accounts().ledger()).hasToString("accounts");
    assertThat(Secrets.yaml(job.output()))
        .isEqualTo("directory: out\nquarantine: null\nledger: accounts\n");
    assertThat(Secrets.yaml(job.stream()))
        .isEqualTo("checkpoint: cp\ntrigger: 30 seconds\nmaxBadShare: 0.5\ndeduplicate: false\n");
  }

  @Test
  void theirProblemsNameTheKeysAsTheyAreWritten() {
    load(
        GOOD,
        "checkpoint= ",
        "trigger=sometimes",
        "maxBadShare=2",
        "deduplicate=perhaps",
        "stream.trigger=1 second",
        "output.ledgr=x",
        "output.accounts.ledger=x");

    assertThat(problems)
        .containsExactlyInAnyOrder(
            "checkpoint: is missing; set it to a directory of the job's own",
            "trigger: is 'sometimes', must be availableNow or an interval such as '30 seconds'",
            "maxBadShare: is '2.0', must be from 0 to 1",
            "deduplicate: is 'perhaps', must be true or false",
            "stream: unknown key; known here: kafka, jdbc, hive, csv, output, checkpoint, trigger,"
                + " maxBadShare, deduplicate",
            "output.ledgr: unknown key, did you mean 'ledger'?",
            "output.accounts: unknown key; known here: directory, quarantine, ledger");
  }

  @Test
  void aPasswordComesFromTheEnvironmentAlone() {
    for (String written : List.of("hunter2", "${NONE:-hunter2}", "hunter2${DB_PASSWORD}")) {
      problems.clear();
      load(GOOD.replace("${DB_PASSWORD}", written));
      assertThat(problems)
          .contains(
              "jdbc.password: has a secret written out; put it into the environment, and write"
                  + " ${NAME} in its place");
    }

    problems.clear();
    load(GOOD, "jdbc.password=4711");
    assertThat(problems).singleElement().asString().doesNotContain("4711");

    for (String url :
        List.of(
            "jdbc:postgresql://db/x?user=me&password=hunter2",
            "jdbc:postgresql://me:hunter2@db/x")) {
      problems.clear();
      load(GOOD, "jdbc.url=" + url);
      assertThat(problems)
          .singleElement()
          .asString()
          .contains("must begin with jdbc: and have no password in it")
          .doesNotContain("hunter2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ssl.key.password            | hunter2",
        "ssl.key.password            | ${NONE:-hunter2}",
        "sasl.login.client.secret    | 4711",
        "ssl.keystore.key            | hunter2",
        "sasl.jaas.config            | Plain required username=\"me\" password=\"hunter2\";",
        "sasl.jaas.config            | Plain required username=me password = hunter2;",
        "sasl.jaas.config            | OAuth required clientId='me' clientSecret='hunter2';",
        "sasl.jaas.config            | Plain required password=\"${NONE:-hunter2}\";",
      })
  void noOptionHasASecretWrittenOut(String option, String value) {
    load(GOOD, "kafka.options." + option + "=" + value);

    assertThat(problems)
        .contains(
            "kafka.options.%s: has a secret written out; put it into the environment, and write ${NAME} in its place"
                .formatted(option));
    assertThat(problems.toString()).doesNotContain("hunter2", "4711");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ssl.key.password                    | ${DB_PASSWORD}",
        "ssl.key.password                    | ``",
        "sasl.jaas.config                    | Plain required username='me' password='${DB_PASSWORD}';",
        "sasl.jaas.config                    | com.sun.security.auth.module.Krb5LoginModule required keyTab=x;",
        "sasl.oauthbearer.token.endpoint.url | https://login.example.com/token",
        "ssl.keystore.location               | /etc/secret/keystore.jks",
      })
  void optionsThatOnlyLookLikeSecretsAreTaken(String option, String value) {
    Job job = load(GOOD, "kafka.options." + option + "=" + value);

    assertThat(problems).isEmpty();
    assertThat(job.kafka().options()).containsKey(option);
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    load(
        "kafka: {maxOffsetsPerTrigger: 0}\njdbc: {url: 'postgresql://db'}\nhive: {metastore: m}\ncheckpoint: cp");
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "kafka.bootstrapServers: is missing; set it to host:port of the brokers",
            "kafka.topic: is missing; set it to the topic to read",
            "kafka.maxOffsetsPerTrigger: is '0', must be 1 or more",
            "jdbc.url: is 'postgresql://db', must begin with jdbc: and have no password in it; set"
                + " 'password' to ${NAME} beside it",
            "hive.metastore: is 'm', must be thrift://host:port, several separated by commas");
  }

  private Job load(String yaml, String... overrides) {
    return new ConfigLoader(Map.of("DB_PASSWORD", "hunter2"), new Configuration(), problems)
        .load(Job.class, "job.yaml", yaml, List.of(overrides))
        .orElseThrow();
  }
}
