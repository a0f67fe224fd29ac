package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contracts that the tests judge by. */
public final class Contracts {
  static final String DOCUMENT = "orders.odcs.yaml";
  static final ContractSource INVOICE = new ContractSource("classpath:contracts/invoice.odcs.yaml");

  private Contracts() {}

  /** The text of a document whose record has these properties, a YAML list. */
  static String document(String properties) {
    return """
        apiVersion: v3.1.0
        kind: DataContract
        id: orders
        version: 1.0.0
        schema:
          - name: order
            properties:
        """
        + properties.strip().indent(6);
  }

  /** The contract whose record has these properties. */
  public static Contract of(String properties) {
    return read(document(properties));
  }

  /** The contract whose record has one field, V; the type is what follows its name in YAML. */
  static Contract ofField(String type) {
    return of("- {name: V, " + type + "}");
  }

  static Contract invoice() {
    return read(resource("/contracts/invoice.odcs.yaml"));
  }

  /** Good records of the invoice contract. */
  static List<String> invoices() {
    return resource("/contracts/invoices.jsonl").lines().toList();
  }

  static Contract read(String yaml) {
    List<String> problems = new ArrayList<>();
    Optional<Contract> contract = ContractReader.read(DOCUMENT, yaml, problems);
    assertThat(problems).isEmpty();
    return contract.orElseThrow();
  }

  /** The problems of a document that must have some. */
  static List<String> problems(String yaml) {
    List<String> problems = new ArrayList<>();
    assertThat(ContractReader.read(DOCUMENT, yaml, problems)).isEmpty();
    assertThat(problems).isNotEmpty();
    return problems;
  }

  static String resource(String name) {
    try (InputStream in = Contracts.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
