/** The account of every unit: what was read, written, quarantined, late and deduplicated. */
package io.github.millrace.ledger;
