/** Rivals of {@code invoice-flattener flatten}. */
package io.github.millrace.bench.invoice;
