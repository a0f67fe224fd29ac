/**
 * Generates point-of-sale invoices as JSON files, good and malformed, with the truth about each.
 */
package io.github.millrace.datagen.invoice;
