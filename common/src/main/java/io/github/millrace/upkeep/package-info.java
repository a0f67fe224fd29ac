/** What is done to an output besides its stream: replay of quarantined records. */
package io.github.millrace.upkeep;
