package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private record Store(
      String url, String user, String password, Integer pin, List<String> tokens) {}

  private record Job(String name, Store store, Map<String, String> options, List<String> urls) {}

  @Test
  void masksByKeyAndShowsTheRest() {
    Job job =
        new Job(
            "report",
            new Store("jdbc:postgresql://db/x", "me", "hunter2", 4711, List.of("t1", "t2")),
            Map.of(),
            List.of());

    assertThat(Secrets.yaml(job))
        .isEqualTo(
            """
            name: report
            store:
              url: jdbc:postgresql://db/x
              user: me
              password: '******'
              pin: 4711
              tokens:
              - '******'
              - '******'
            options: {}
            urls: []
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "ssl.keystore.password",
        "ssl.key.password",
        "ssl.keystore.key",
        "fs.s3a.secret.key",
        "fs.s3a.access.key",
        "fs.azure.account.key.store.dfs.core.windows.net",
        "dbPasswd",
        "pwd",
        "passphrase",
        "API_KEY",
        "apiKey",
        "sasl.oauthbearer.client.credentials",
        "private_key",
        "accessToken"
      })
  void masksByKeyInsideMaps(String key) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(key, "hunter2 username='me'");
    options.put("group.id", "g");

    assertThat(Secrets.yaml(new Job("x", null, options, null)))
        .doesNotContain("hunter2")
        .contains("  " + key + ": '******'\n", "  group.id: g\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"key", "partitionBy", "primaryKey", "group.id", "ssl.truststore.location", "path"})
  void showsOtherKeys(String key) {
    assertThat(Secrets.isSecret(key)).isFalse();
  }

  @Test
  void aSecretThatIsNotSetStaysVisiblyAbsent() {
    Store store = new Store(null, null, null, null, null);

    assertThat(Secrets.yaml(new Job("x", store, null, null))).contains("password: null");
  }

  @Test
  void masksInUrlsWhereverTheyStand() {
    Job job =
        new Job(
            "x",
            null,
            Map.of("proxy", "http://me:hunter2@proxy:3128"),
            List.of("jdbc:postgresql://db/x?user=me&password=hunter2&ssl=true"));

    assertThat(Secrets.yaml(job))
        .contains("proxy: http://me:******@proxy:3128")
        .contains("- jdbc:postgresql://db/x?user=me&password=******&ssl=true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http://me:secret@host:80/a?b=c    | http://me:******@host:80/a?b=c",
        "s3a://:secret@bucket/x            | s3a://:******@bucket/x",
        "http://me:sec:ret@host/a          | http://me:******@host/a",
        "http://me:sec@ret@host/a          | http://me:******@host/a",
        "x://a:s1@h/,y://b:s2@i/           | x://a:******@h/,y://b:******@i/",
        "cannot open x://a:s1@h/p: refused | cannot open x://a:******@h/p: refused",
        "http://me@host:80/a@b:c           | http://me@host:80/a@b:c",
        "http://host:80/a?mail=x@y.z       | http://host:80/a?mail=x@y.z",
        "hdfs://nn:8020/data               | hdfs://nn:8020/data",
        "jdbc:sqlserver://h;user=me;password=s;x=y | jdbc:sqlserver://h;user=me;password=******;x=y",
        "jdbc:x://h/d?PASSWORD=s           | jdbc:x://h/d?PASSWORD=******",
        "jdbc:x://h/d?a=1&token=s&b=2      | jdbc:x://h/d?a=1&token=******&b=2",
        "jdbc:x://h/d?sslpassword=s&b=2    | jdbc:x://h/d?sslpassword=******&b=2",
        "http://h/?client_secret=s#top     | http://h/?client_secret=******",
        "http://h/?access_token=s&api_key=t| http://h/?access_token=******&api_key=******",
        "jdbc:mysql://h/d?user=me&pwd=s    | jdbc:mysql://h/d?user=me&pwd=******",
        "plain text: a password            | plain text: a password",
      })
  void masksUserInfoAndQueryInText(String text, String masked) {
    assertThat(Secrets.inText(text)).isEqualTo(masked);
  }

  @Test
  void theYamlOfAConfigurationWithoutSecretsLoadsAgain() {
    Sample sample =
        new Sample(
            new Sample.In("hdfs://nn/in", new Sample.Kafka("b:9092", Map.of("group.id", "g"))),
            "007",
            Sample.Style.VERY_FANCY,
            true,
            2,
            3L,
            0.5,
            List.of(
                "true", "null", "1.10", "a: b", "# c", "", "${X:-y}", "é\n\"'", "0x1F", "1_000"),
            List.of(1),
            Map.of("a.b", "1e3"),
            Map.of("f", new Sample.Feed("t", null, null, new Sample.Extent(3, Map.of("x.y", "z")))),
            Sample.Pace.parse("5/s"),
            null);
    List<String> problems = new ArrayList<>();

    Sample again =
        new ConfigLoader(Map.of("X", "${X:-y}"), new Configuration(), problems)
            .load(Sample.class, "printed", Secrets.yaml(sample), List.of())
            .orElseThrow();

    assertThat(problems).isEmpty();
    assertThat(again).isEqualTo(sample);
  }
}
