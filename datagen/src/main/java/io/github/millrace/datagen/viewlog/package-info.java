/**
 * Generates the log of advertisement views, good and malformed, late and repeated, into a Kafka
 * topic or files, with the truth about each record.
 */
package io.github.millrace.datagen.viewlog;
