/** The invoice pipeline: nested invoices to one flat row per line item. */
package io.github.millrace.invoice;
