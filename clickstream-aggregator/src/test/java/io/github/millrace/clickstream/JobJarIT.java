package io.github.millrace.clickstream;

import io.github.millrace.cli.Cli;
import io.github.millrace.testkit.ShadedJar;
import org.hibernate.validator.HibernateValidator;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is in the JAR that users get. */
class JobJarIT {
  @Test
  void jarHoldsWhatSparkLacksAndNothingElse() {
    ShadedJar.ofThisModule().assertJob(Cli.class, HibernateValidator.class, CommandLine.class);
  }
}
