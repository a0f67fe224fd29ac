/** Files as a stream of raw records, with the count of what was read from each. */
package io.github.millrace.source.file;
