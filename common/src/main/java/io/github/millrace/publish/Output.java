package io.github.millrace.publish;

import io.github.millrace.ledger.Ledger;
import java.io.Serializable;
import java.util.List;

/**
 * Where a job's results go.
 *
 * @param destinations each receives the same bytes; the first owns ledger and quarantine
 * @param format of the data files
 * @param layout of the data files
 * @param quarantine directory of the bad records, by default {@code _quarantine} in the first; it
 *     has a directory for each day (UTC)
 * @param ledger directory of the entries, by default {@code _ledger} in the first
 * @param archive directory of the records as they were read, with a directory for each day (UTC);
 *     null for none
 */
public record Output(
    List<Destination> destinations,
    Format format,
    Layout layout,
    String quarantine,
    String ledger,
    String archive)
    implements Serializable {

  /** A named directory. */
  public record Destination(String name, String path) implements Serializable {}

  public Output {
    destinations = List.copyOf(destinations);
    String root = destinations.get(0).path();
    quarantine = quarantine == null ? root + "/_quarantine" : quarantine;
    ledger = ledger == null ? root + "/_ledger" : ledger;
  }

  /** An output to which units only add, without an archive. */
  public Output(
      List<Destination> destinations,
      Format format,
      List<String> partitionBy,
      String quarantine,
      String ledger) {
    this(destinations, format, Layout.partitionedBy(partitionBy), quarantine, ledger, null);
  }

  /** The same with data files that lie otherwise. */
  public Output laidOut(Layout other) {
    return new Output(destinations, format, other, quarantine, ledger, archive);
  }

  /** The directory to which a user looks first. */
  public String root() {
    return destinations.get(0).path();
  }

  /** Where stands who publishes to it: a directory for each {@link Role}. */
  String roles() {
    return Ledger.roles(ledger).toString();
  }

  /**
   * Where quarantined records wait to be read again: the job's source watches it, and {@code
   * replay} moves quarantine files there, into a directory for each day.
   */
  public String replayed() {
    return quarantine + "/_replayed";
  }
}
