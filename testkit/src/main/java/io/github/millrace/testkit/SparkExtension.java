package io.github.millrace.testkit;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test its {@link SparkSession} as a parameter. All test classes of a JVM share one local
 * session (two cores, two shuffle partitions, UTC, no UI), which is stopped with the JVM; a test
 * that changes settings or registers views takes {@code spark.newSession()}.
 */
public final class SparkExtension implements ParameterResolver {
  private static final Shared<SparkSession> SPARK =
      Shared.of(SparkSession.class, SparkExtension::start);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return SPARK.get();
  }

  private static SparkSession start() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("millrace-test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.session.timeZone", "UTC")
        .config(
            "spark.sql.warehouse.dir",
            ScratchDir.create("spark").sub("warehouse").toUri().toString())
        .getOrCreate();
  }
}
