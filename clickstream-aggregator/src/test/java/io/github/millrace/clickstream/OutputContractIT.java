package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.DataContractTool;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the public {@code datacontract} tool makes of the contracts and of what is landed. */
class OutputContractIT {
  private static final Path CONTRACTS = Path.of("src/main/resources/contracts");
  private static final Path SAMPLES = Path.of("src/test/resources/samples");

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  @Test
  void contractsAreValid() {
    DataContractTool.assertValid(CONTRACTS);
  }

  /** Of columns that are the contract's own fields, it is the contract of the output too. */
  @Test
  void landedClicksKeepTheirContract() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "contract_clicks", 1);
    KAFKA
        .get()
        .send(
            "contract_clicks",
            LandRun.messages(Files.readAllLines(SAMPLES.resolve("cab-clicks.jsonl"))));
    run.run("land").expect(0);

    assertThat(
            DataContractTool.test(
                    CONTRACTS.resolve("cab-clicks.odcs.yaml"), run.output() + "/*/*/*.parquet")
                .expect(0)
                .output())
        .doesNotContain("failed");
    assertThat(
            run.query(
                "SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM FILES)",
                "*/*/*.parquet"))
        .startsWith(
            "customer_id VARCHAR",
            "app_version VARCHAR",
            "os_version VARCHAR",
            "lat DOUBLE",
            "lon DOUBLE",
            "page_id VARCHAR",
            "button_id VARCHAR",
            "is_button_click BOOLEAN",
            "is_page_view BOOLEAN",
            "is_scroll_up BOOLEAN",
            "is_scroll_down BOOLEAN",
            "timestamp TIMESTAMP WITH TIME ZONE");
  }

  @Test
  void landedSalesKeepTheirContract() throws Exception {
    LandRun run = LandRun.ofFiles(directory, "sales-clicks");
    Files.copy(SAMPLES.resolve("sales-clicks-0.json"), directory.resolve("in/a.json"));
    run.run("land").expect(0);

    assertThat(
            DataContractTool.test(
                    CONTRACTS.resolve("landed-sales-clicks.odcs.yaml"), run.output() + "/*/*/*.csv")
                .expect(0)
                .output())
        .doesNotContain("failed");
  }
}
