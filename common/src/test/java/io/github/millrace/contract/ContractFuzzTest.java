package io.github.millrace.contract;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.Nightly;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The parser and the {@link Oracle} judge damaged records alike. */
class ContractFuzzTest {
  private static final int RECORDS = Nightly.times("millrace.fuzz.records", 30_000, 1_000_000);

  /** Another one each time; {@code -Dmillrace.fuzz.seed} runs one again. */
  private static final long SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());

  @Test
  void theOracleAgreesOnEveryDamagedRecord() {
    System.getLogger("ContractFuzzTest").log(WARNING, "millrace.fuzz.seed=" + SEED);
    Contract contract = Contracts.invoice();
    RecordParser parser = Parsed.parser(contract);
    RecordParser frugal = Parsed.parser(contract.keeping(List.of("Level")));
    Oracle oracle = new Oracle(contract);
    Mutator mutator = new Mutator(new SplittableRandom(SEED), Contracts.invoices());
    int good = 0;
    for (int i = 0; i < RECORDS; i++) {
      byte[] record = mutator.next();
      String which = "record " + i + " of seed " + SEED;
      Parsed parsed = Parsed.of(contract, parser.parse(record, 0, record.length));
      assertThat(parsed.record() != null).as(which).isEqualTo(parsed.good());
      assertThat(parsed.good() ? Optional.of(withoutNegativeZero(parsed)) : Optional.empty())
          .as(() -> which + ": " + new String(record, UTF_8) + "\n" + parsed.reasons())
          .isEqualTo(oracle.judge(record));
      // What is not kept is judged all the same.
      assertThat(frugal.parse(record, 0, record.length).isNullAt(1))
          .as(which)
          .isEqualTo(parsed.good());
      good += parsed.good() ? 1 : 0;
    }
    // Or the damage is too great or too small to tell anything.
    assertThat(good).isBetween(RECORDS / 5, 4 * RECORDS / 5);
  }

  private static Oracle.Good withoutNegativeZero(Parsed parsed) {
    Map<String, Object> record = new LinkedHashMap<>(parsed.record());
    record.computeIfPresent("CESS", (name, value) -> (double) value + 0.0);
    record.computeIfPresent("Rating", (name, value) -> (float) value + 0.0f);
    return new Oracle.Good(record, parsed.unknownFields());
  }

  @Test
  void theRecordsBeforeTheirDamageAreGood() {
    Contract contract = Contracts.invoice();
    List<String> invoices = Contracts.invoices();

    assertThat(invoices).hasSize(3);
    for (String invoice : invoices) {
      assertThat(new Oracle(contract).judge(invoice.getBytes(UTF_8)))
          .contains(withoutNegativeZero(Parsed.of(contract, invoice)));
    }
  }
}
