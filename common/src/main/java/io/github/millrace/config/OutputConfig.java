package io.github.millrace.config;

/**
 * What each output has beside its data: keys without a level of their own.
 *
 * @param quarantine directory of the bad records; null for {@code _quarantine} in the output
 * @param ledger directory of the entries; null for {@code _ledger} in the output
 */
public record OutputConfig(Location quarantine, Location ledger) {}
