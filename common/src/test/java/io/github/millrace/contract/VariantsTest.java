package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A contract of several kinds of record. */
class VariantsTest {
  private static final String DOCUMENT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: events
      name: event
      version: 1.0.0
      customProperties: [{property: variantBy, value: kind}]
      schema:
        - name: view
          properties:
            - {name: kind, logicalType: string}
            - {name: page, logicalType: string, required: true}
        - name: purchase
          physicalName: buy
          properties:
            - {name: kind, logicalType: string}
            - {name: amount, logicalType: number, required: true}
            - {name: units, logicalType: integer}
          quality:
            - {type: custom, engine: sparkSql, name: positive, implementation: amount > 0}
      """;
  private static final Contract EVENT = Contracts.read(DOCUMENT);

  @Test
  void aRecordHasTheColumnsOfItsVariant() {
    assertThat(EVENT.name()).isEqualTo("event");
    assertThat(EVENT.schema().catalogString())
        .isEqualTo(
            "struct<view:struct<kind:string,page:string>,"
                + "purchase:struct<kind:string,amount:double,units:bigint>>");
    assertThat(Parsed.of(EVENT, "{\"kind\": \"view\", \"page\": \"a\"}").record().toString())
        .isEqualTo("{view={kind=view, page=a}, purchase=null}");
    assertThat(Parsed.of(EVENT, "{\"amount\": 1, \"kind\": \"buy\"}").record().toString())
        .isEqualTo("{view=null, purchase={kind=buy, amount=1.0, units=null}}");
  }

  @Test
  void aFieldOfAnotherVariantIsUnknown() {
    Parsed parsed = Parsed.of(EVENT, "{\"kind\": \"view\", \"page\": \"a\", \"amount\": 1}");

    assertThat(parsed.good()).isTrue();
    assertThat(parsed.unknownFields()).isEqualTo(1);
  }

  @Test
  void itIsJudgedByItsVariant() {
    assertThat(Parsed.of(EVENT, "{\"kind\": \"buy\", \"page\": \"a\"}").reasons())
        .containsExactly("required amount: is missing");
  }

  @Test
  void aValueThatNoVariantHasIsAReasonOfItsOwn() {
    assertThat(Parsed.of(EVENT, "{\"kind\": \"purchase\", \"page\": \"a\"}").reasons())
        .containsExactly("variant kind: is \"purchase\", must be one of buy, view");
    assertThat(Parsed.of(EVENT, "{\"kind\": \"x\", \"page\": \"a\"}").unknownFields()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"page\": \"a\"}", "{\"kind\": null}", "{\"kind\": {}}"})
  void withoutTheFieldThatChoosesItIsBad(String record) {
    assertThat(Parsed.of(EVENT, record).reasons()).containsExactly("required kind: is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"kind\": \"view\", \"page\": \"a\"", "[1]", "nonsense"})
  void theSyntaxIsToldToo(String record) {
    assertThat(Parsed.of(EVENT, record).reasons())
        .singleElement()
        .asString()
        .matches("(truncated|malformed|type).*");
  }

  @Test
  void onlyWhatIsKeptIsBuilt() {
    Contract kept = EVENT.keeping(List.of("purchase.amount"));

    assertThat(kept.schema().catalogString()).isEqualTo("struct<purchase:struct<amount:double>>");
    assertThat(Parsed.of(kept, "{\"kind\": \"buy\", \"amount\": 2}").record().toString())
        .isEqualTo("{purchase={amount=2.0}}");
    assertThat(Parsed.of(kept, "{\"kind\": \"view\", \"page\": \"a\"}").record().toString())
        .isEqualTo("{purchase=null}");
    assertThat(EVENT.ruleColumns()).containsExactly("purchase.amount");
  }

  @Test
  void aCsvRecordHasAVariantToo() {
    assertThat(Parsed.ofCsv(EVENT, "kind,page,amount", "buy,,2.5").record().toString())
        .isEqualTo("{view=null, purchase={kind=buy, amount=2.5, units=null}}");
    assertThat(Parsed.ofCsv(EVENT, "kind,page,amount", "view,a,1").unknownFields()).isEqualTo(1);
    assertThat(Parsed.ofCsv(EVENT, "page,amount", "a,1").reasons())
        .containsExactly("required kind: is missing");
  }

  @Test
  void theFieldThatChoosesIsSpeltAsItsContractSays() {
    Contract contract =
        Contracts.read(
            DOCUMENT.replaceFirst(
                "name: kind, logicalType: string",
                "name: kind, logicalType: string, customProperties: [{property: aliases, value:"
                    + " [Kind]}, {property: lenient, value: true}, {property: strip, value: '!'}]"));

    assertThat(Parsed.of(contract, "{\"Kind\": \" view! \", \"page\": \"a\"}").record().toString())
        .isEqualTo("{view={kind=view, page=a}, purchase=null}");
    assertThat(Parsed.ofCsv(contract, "page,Kind", "a, view").record().toString())
        .isEqualTo("{view={kind=view, page=a}, purchase=null}");
  }

  @Test
  void aValueThatIsTooLongToCleanIsNoVariants() {
    Contract contract =
        Contracts.read(
            DOCUMENT.replace(
                "value: kind}]", "value: kind}, {property: strip, value: '(a|b)*;'}]"));

    assertThat(Parsed.of(contract, "{\"kind\": \"%s\"}".formatted("ab".repeat(50_000))).reasons())
        .singleElement()
        .asString()
        .startsWith("variant kind: is ");
  }

  @Test
  void eachObjectHasTheFieldThatChooses() {
    assertThat(Contracts.problems(DOCUMENT.replace("value: kind}", "value: knid}")))
        .containsExactly(
            "contract orders.odcs.yaml: view: has no property 'knid', which 'variantBy' names",
            "contract orders.odcs.yaml: purchase: has no property 'knid', which 'variantBy' names");
    assertThat(Contracts.problems(DOCUMENT.replace("name: view", "name: page.view")))
        .singleElement()
        .asString()
        .contains("may have no point; say the value as physicalName");
  }

  @Test
  void aValueIsWhatIsWritten() {
    assertThat(Contracts.problems(DOCUMENT.replace("physicalName: buy", "physicalName: NO")))
        .singleElement()
        .asString()
        .contains("purchase: physicalName is no text (false); put it in quotes");
  }

  @Test
  void severalObjectsNeedAFieldThatChooses() {
    assertThat(Contracts.problems(DOCUMENT.replaceAll("(?m)^customProperties.*\\n", "")))
        .singleElement()
        .asString()
        .contains("schema: must be a list of one object, or of several with the name of the field");
    assertThat(Contracts.problems(DOCUMENT.replace("physicalName: buy", "physicalName: view")))
        .singleElement()
        .asString()
        .contains("purchase: stands twice");
  }
}
