package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Valid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The blocks that jobs share, as a configuration has them. */
class BlocksTest {
  private final List<String> problems = new ArrayList<>();

  /** A job with all of them. */
  private record Job(@Valid KafkaConfig kafka, @Valid JdbcConfig jdbc, @Valid HiveConfig hive) {}

  private static final String GOOD =
      """
      kafka: {bootstrapServers: 'b:1', topic: 'a, b'}
      jdbc: {url: 'jdbc:postgresql://db:5432/shop', user: me, password: '${DB_PASSWORD}'}
      hive: {metastore: 'thrift://m:9083', table: orders}
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
  void aPasswordComesFromTheEnvironmentAlone() {
    for (String written : List.of("hunter2", "${NONE:-hunter2}", "hunter2${DB_PASSWORD}")) {
      problems.clear();
      load(GOOD.replace("${DB_PASSWORD}", written));
      assertThat(problems)
          .contains(
              "jdbc.password: is written out; put it into the environment, and write ${NAME} here");
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

  @Test
  void whatIsMissingOrWrongIsNamed() {
    load("kafka: {maxOffsetsPerTrigger: 0}\njdbc: {url: 'postgresql://db'}\nhive: {metastore: m}");
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "kafka.bootstrapServers: is missing; set it to host:port of the brokers",
            "kafka.topic: is missing; set it to the topic to read",
            "kafka.maxOffsetsPerTrigger: is '0', must be 1 or more",
            "jdbc.url: is 'postgresql://db', must begin with jdbc: and have no password in it; set"
                + " 'password' to ${NAME} beside it",
            "hive.metastore: is 'm', must be thrift://host:port, several separated by commas",
            "hive.table: is missing; set it to the name of the table");
  }

  private Job load(String yaml, String... overrides) {
    return new ConfigLoader(Map.of("DB_PASSWORD", "hunter2"), new Configuration(), problems)
        .load(Job.class, "job.yaml", yaml, List.of(overrides))
        .orElseThrow();
  }
}
