/** What the harness reads on the console. */
package io.github.millrace.bench.cli;
