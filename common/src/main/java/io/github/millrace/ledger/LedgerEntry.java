package io.github.millrace.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The account of one unit, and the list by which it is published.
 *
 * @param unit name, unique within an output
 * @param checkpoint id of the checkpoint whose batch it is
 * @param batch number of the batch
 * @param preparedAt when its files were complete
 * @param counts input records
 * @param rows output rows, which differ from records written where a record has several
 * @param unknownFields fields in the input that the contract does not know
 * @param rounded values that have lost digits, as the contract allows
 * @param repeatedHeaders lines of CSV files passed over, for they are equal to the file's header
 * @param reasons records quarantined, by the class of their first reason
 * @param sources what was read
 * @param files what was published, data and quarantine
 * @param moves renames that make the unit visible, from staging to place
 * @param steps what is changed beside the files, in this order, once they are in place; entries of
 *     earlier versions have none
 */
public record LedgerEntry(
    String job,
    String unit,
    String checkpoint,
    long batch,
    Instant preparedAt,
    ContractVersion contract,
    Counts counts,
    long rows,
    long unknownFields,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long rounded,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long repeatedHeaders,
    Map<String, Long> reasons,
    List<Source> sources,
    List<PublishedFile> files,
    List<Move> moves,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Step> steps) {

  public LedgerEntry {
    steps = steps == null ? List.of() : List.copyOf(steps);
  }

  /**
   * The entry of a unit that is files and nothing else, in which nothing was rounded or passed
   * over.
   */
  public LedgerEntry(
      String job,
      String unit,
      String checkpoint,
      long batch,
      Instant preparedAt,
      ContractVersion contract,
      Counts counts,
      long rows,
      long unknownFields,
      Map<String, Long> reasons,
      List<Source> sources,
      List<PublishedFile> files,
      List<Move> moves) {
    this(
        job,
        unit,
        checkpoint,
        batch,
        preparedAt,
        contract,
        counts,
        rows,
        unknownFields,
        0,
        0,
        reasons,
        sources,
        files,
        moves,
        List.of());
  }

  /**
   * By which its steps know whether they are done. Where output and checkpoint were restored, a
   * unit's name may come again, with other rows.
   */
  public String identity() {
    return unit + "@" + preparedAt;
  }

  /** The staged files that the unit's publication needs. */
  public Stream<String> staged() {
    Stream<PostgreSqlStep.Rows> rowFiles =
        steps.stream()
            .filter(PostgreSqlStep.class::isInstance)
            .flatMap(step -> ((PostgreSqlStep) step).rows().stream());
    return Stream.concat(moves.stream().map(Move::from), rowFiles.map(PostgreSqlStep.Rows::file));
  }

  /** How many records are in quarantine for a class of reasons, such as {@code changed}. */
  public long quarantinedFor(String reason) {
    return reasons.getOrDefault(reason, 0L);
  }

  /** The contract by which records were judged. */
  public record ContractVersion(String id, String version) implements Serializable {}

  /**
   * A file, or a range of it, and the records read from it; of Kafka a range of offsets, and how
   * many there are.
   *
   * @param file with a slash behind its name if it was reported and not opened
   * @param quarantined how many of them are bad or late; 0 in entries that do not have it
   */
  public record Source(String file, long records, long quarantined) {

    /** One of which nothing is known to be quarantined. */
    public Source(String file, long records) {
      this(file, records, 0);
    }
  }

  /**
   * A file of the output.
   *
   * @param destination name of the destination, or {@link #QUARANTINE}
   */
  public record PublishedFile(String destination, String path, long rows, long bytes) {
    /** The destination of bad records. */
    public static final String QUARANTINE = "quarantine";

    /** The destination of records as they were read. */
    public static final String ARCHIVE = "archive";
  }

  /**
   * A rename.
   *
   * @param replaces whether there may be a file of that name already
   * @param anyOrder whether it may be made at the same time as those beside it that say so too;
   *     where not, as in entries that do not have it, all before it are made first, and all behind
   *     it later
   */
  public record Move(String from, String to, boolean replaces, boolean anyOrder) {

    /** To a name that is not there yet, in its turn. */
    public Move(String from, String to) {
      this(from, to, false, false);
    }
  }
}
