package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real senders send is good by a contract that says how they spell it. */
class SendersTest {

  private static Contract contract(String name) {
    return Contracts.read(Contracts.resource("/contracts/" + name + ".odcs.yaml"));
  }

  private static Parsed good(Parsed parsed) {
    assertThat(parsed.reasons()).isEmpty();
    return parsed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void salesTransactions(String group) {
    List<String> lines =
        Contracts.resource("/samples/sales_transactions_" + group + ".csv").lines().toList();
    Contract contract = contract("sales-transactions");

    for (String line : lines.subList(1, lines.size())) {
      Map<String, Object> sale = good(Parsed.ofCsv(contract, lines.get(0), line)).record();
      assertThat((String) sale.get("customer_email")).endsWith(".com");
      assertThat((boolean) sale.get("is_online"))
          .isEqualTo(sale.get("shipping_address") != null)
          .isEqualTo(sale.get("branch_id") == null);
    }
    if (!group.equals("2")) {
      assertThat(Parsed.ofCsv(contract, lines.get(0), lines.get(1)).record())
          .containsEntry("transaction_date", LocalDate.of(2023, 5, 20))
          .containsEntry("customer_email", "ann@example.com")
          .containsEntry("unit_price", new BigDecimal("79.99"))
          .containsEntry("offer_4", null);
    }
  }

  @Test
  void branchesAndAgents() {
    Contract branch =
        Contracts.of(
            """
            - {name: branch_id, logicalType: integer, required: true}
            - {name: location, logicalType: string, required: true}
            - {name: establish_date, logicalType: date, required: true}
            - {name: class, logicalType: string}
            """);
    Contract agent =
        Contracts.of(
            """
            - {name: sales_person_id, logicalType: integer, required: true}
            - {name: name, logicalType: string, required: true}
            - name: hire_date
              logicalType: date
              required: true
              customProperties: [{property: formats, value: [yyyy-M-d]}]
            """);

    for (int group = 1; group <= 3; group++) {
      allGood(branch, "branches_" + group + ".csv");
      allGood(agent, "sales_agents_" + group + ".csv");
    }
  }

  private static void allGood(Contract contract, String file) {
    List<String> lines = Contracts.resource("/samples/" + file).lines().toList();
    assertThat(lines).hasSizeGreaterThan(2);
    lines.stream().skip(1).forEach(line -> good(Parsed.ofCsv(contract, lines.get(0), line)));
  }
}
