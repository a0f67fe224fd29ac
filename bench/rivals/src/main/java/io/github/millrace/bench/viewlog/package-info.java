/** Rivals of {@code viewlog-reporter report}. */
package io.github.millrace.bench.viewlog;
