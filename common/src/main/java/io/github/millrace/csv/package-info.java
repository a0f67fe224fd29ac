/** The syntax of CSV files: RFC 4180, and what senders make of it. */
package io.github.millrace.csv;
