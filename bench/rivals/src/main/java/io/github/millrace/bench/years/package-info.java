/** The past of an output that a job has written for years, laid out without running it. */
package io.github.millrace.bench.years;
