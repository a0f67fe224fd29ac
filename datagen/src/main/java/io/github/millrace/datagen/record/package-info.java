/** What a record is, and what its makers share: its fate, seeded randomness, JSON to be spoilt. */
package io.github.millrace.datagen.record;
