package io.github.millrace.contract;

import java.io.Serializable;

/**
 * A row rule: a Spark SQL expression over the record's columns. As with SQL's CHECK, a row violates
 * it where it is false; unknown (null) passes.
 */
public record Rule(String name, String expression) implements Serializable {}
