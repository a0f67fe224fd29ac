package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SparkHomeTest {

  @Test
  void saysWhatToDoWithoutSparkHome() {
    assertThatThrownBy(() -> SparkHome.checked(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "SPARK_HOME is not set: run bin/setup-spark once, then start the tests by bin/test");
  }

  @Test
  void saysWhatToDoWithAWrongSparkHome() {
    assertThatThrownBy(() -> SparkHome.checked("/nowhere"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("SPARK_HOME is /nowhere, which has no bin/spark-submit");
  }
}
