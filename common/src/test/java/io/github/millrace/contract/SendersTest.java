package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
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

  @Test
  void salesClicks() throws Exception {
    List<Parsed> clicks = new ArrayList<>();
    for (String file : List.of("sales-clicks-0.json", "sales-clicks-1.json")) {
      for (JsonNode click : new ObjectMapper().readTree(Contracts.resource("/samples/" + file))) {
        clicks.add(good(Parsed.of(contract("sales-clicks"), click.toString())));
      }
    }

    assertThat(clicks).hasSize(20);
    assertThat(clicks.get(0).record().toString())
        .isEqualTo(
            "{datetime=2026-03-01T09:00:00.740632Z, sales={quantity=3, total_price=7.30},"
                + " analytics={clicks=2, impressions=11}}");
    assertThat(clicks).extracting(Parsed::rounded).contains(1);
  }

  @Test
  void cabClicks() {
    List<Parsed> clicks =
        Contracts.resource("/samples/cab-clicks.jsonl")
            .lines()
            .map(click -> good(Parsed.of(contract("cab-clicks"), click)))
            .toList();

    assertThat(clicks).hasSize(12);
    assertThat(clicks).extracting(Parsed::unknownFields).containsOnly(0);
    assertThat(clicks.get(1).record())
        .containsEntry("os_version", "Android")
        .containsEntry("lat", 53.5330738)
        .containsEntry("is_button_click", false)
        .containsEntry("is_scroll_up", true)
        .containsEntry("timestamp", Instant.parse("2026-03-01T11:01:04Z"));
  }

  @Test
  void appLogs() {
    List<Parsed> events =
        Contracts.resource("/samples/app-logs.jsonl")
            .lines()
            .map(event -> good(Parsed.of(contract("app-logs"), event)))
            .toList();

    Map<String, Long> kinds =
        events.stream()
            .flatMap(event -> event.record().entrySet().stream())
            .filter(kind -> Objects.nonNull(kind.getValue()))
            .collect(Collectors.groupingBy(Map.Entry::getKey, Collectors.counting()));
    assertThat(kinds)
        .isEqualTo(
            Map.of("productView", 4L, "addToCart", 4L, "purchase", 4L, "recommendationClick", 4L));
    assertThat(events).extracting(Parsed::unknownFields).containsOnly(0);
    assertThat(events.get(2).record().get("purchase").toString())
        .contains("totalAmount=132.58119524635586");
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
