/** The rival of {@code viewlog-reporter report} in Flink SQL. */
package io.github.millrace.bench.flink;
