package io.github.millrace.ledger;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a unit changes beside its files: done after the files are in place and before the commit,
 * and such that it can be done twice. It names where, never by what login.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HiveStep.class, name = "hive"),
  @JsonSubTypes.Type(value = PostgreSqlStep.class, name = "postgresql"),
  @JsonSubTypes.Type(value = SuccessStep.class, name = "success")
})
public sealed interface Step permits HiveStep, PostgreSqlStep, SuccessStep {

  /** What it changes, as a message names it. */
  String target();
}
