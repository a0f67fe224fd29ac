/** The readers of CSV and of typed rows, beside Spark's own. */
package io.github.millrace.bench.readers;
