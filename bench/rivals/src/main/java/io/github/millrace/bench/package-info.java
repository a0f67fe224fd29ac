/** Programs that the benchmarks compare Millrace with. */
package io.github.millrace.bench;
