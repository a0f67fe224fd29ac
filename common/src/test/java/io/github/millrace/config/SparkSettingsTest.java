package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkSettingsTest {
  private static final String TIME_ZONE = "spark.sql.session.timeZone";

  private final SparkConf user = new SparkConf(false);
  private final List<String> problems = new ArrayList<>();

  @Test
  void whatIsForcedComesBeforeTheUsersAndThatBeforeWhatIsPreferred() {
    user.set("spark.b", "user").set("spark.d", "user");

    new SparkSettings(
            Map.of("spark.a", "forced", "spark.b", "forced"),
            Map.of("spark.a", "preferred", "spark.c", "preferred", "spark.d", "preferred"))
        .complete(user);

    assertThat(user.getAll())
        .extracting(pair -> pair._1() + " " + pair._2())
        .containsExactlyInAnyOrder(
            "spark.a forced", "spark.b forced", "spark.c preferred", "spark.d user");
  }

  @Test
  void ofTwoTheOthersPreferenceCounts() {
    SparkSettings both = SparkSettings.ofShuffles(8).plus(SparkSettings.ofShuffles(3));

    assertThat(both.preferred()).containsOnly(Map.entry("spark.sql.shuffle.partitions", "3"));
    assertThat(both.forced()).isEmpty();
  }

  @Test
  void everyContradictionIsAProblemWithItsRemedy() {
    user.set(TIME_ZONE, "Europe/Berlin").set("spark.a", "x").set("spark.b", "y");

    SparkSettings.ofRun("run", false)
        .plus(new SparkSettings(Map.of("spark.a", "1"), Map.of("spark.b", "2")))
        .check(user, problems);

    assertThat(problems)
        .containsExactly(
            "Spark's spark.a: is 'x', but the job needs '1'; leave it out of --conf and of"
                + " spark-defaults.conf, or set --conf spark.a=1",
            "Spark's spark.sql.session.timeZone: is 'Europe/Berlin', but the job needs 'UTC'; leave"
                + " it out of --conf and of spark-defaults.conf, or set --conf"
                + " spark.sql.session.timeZone=UTC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Etc/UTC", "Z", "GMT", "+00:00", "UTC+0"})
  void anotherNameOfUtcIsNone(String zone) {
    user.set(TIME_ZONE, zone);

    SparkSettings.ofRun("run", false).check(user, problems);
    SparkSettings.ofRun("run", false).complete(user);

    assertThat(problems).isEmpty();
    assertThat(user.get(TIME_ZONE)).isEqualTo("UTC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/London", "+01:00", "nowhere", ""})
  void anyOtherZoneIsOne(String zone) {
    user.set(TIME_ZONE, zone);

    SparkSettings.ofRun("run", false).check(user, problems);

    assertThat(problems).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void theProgressIsShownToWhoLooksOn(boolean onTerminal, String shown) {
    assertThat(SparkSettings.ofRun("run", onTerminal).preferred())
        .containsOnly(
            Map.entry("spark.app.name", "run"), Map.entry("spark.ui.showConsoleProgress", shown));
  }
}
