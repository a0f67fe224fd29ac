/** Kafka topics as raw records, and the account of what was to be read against what was. */
package io.github.millrace.source.kafka;
