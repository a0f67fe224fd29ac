/** The names and types of the columns between source, contract and sink, and the reasons. */
package io.github.millrace.record;
