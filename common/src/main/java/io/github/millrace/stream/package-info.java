/** Sources of raw records, and the runner that carries streams to the sink. */
package io.github.millrace.stream;
