package io.github.millrace.clickstream.land;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.hour;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.clickstream.config.Feed;
import io.github.millrace.clickstream.config.UnknownType;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.Validation;
import io.github.millrace.publish.Layout;
import io.github.millrace.record.RawRecords;
import io.github.millrace.record.Reason;
import io.github.millrace.record.SinkColumns;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The transform: each record to a row in the directory of its event's date and hour.
 *
 * @param key of the contract among those of the session
 * @param zone whose dates and hours these are
 */
record Landing(Feed feed, String key, Contract contract, ZoneId zone) {
  private static final Column[] HOURS =
      IntStream.range(0, 24).mapToObj("%02d"::formatted).map(h -> lit(h)).toArray(Column[]::new);

  /** What is kept of a record that is landed as it came. */
  static final StructType RAW =
      new StructType().add("raw", DataTypes.StringType).add("source", SinkColumns.SOURCE);

  /** Where the rows of {@link #rows} lie. */
  Layout layout() {
    return contract.variantBy() == null
        ? Layout.byTask(List.of(Columns.DATE, Columns.HOUR), null)
        : Layout.byTask(
            List.of(contract.variantBy(), Columns.DATE, Columns.HOUR), contract.variantBy());
  }

  /**
   * Judges records and lays them out.
   *
   * @param raw rows of {@link io.github.millrace.record.RawRecords}
   * @param now the time by this machine's clock
   * @return rows of {@link SinkColumns}; {@code good} has {@code event_date DATE}, {@code
   *     event_hour STRING} of two digits, and the feed's columns; or where the contract has several
   *     kinds of record, the column that tells them apart, and a struct for each kind, of which one
   *     is not null
   */
  Dataset<Row> rows(Dataset<Row> raw, Instant now) {
    List<Column> checks = checks(now);
    boolean isCsv = !feed.readsTopic() && feed.files().shape().isCsv();
    Dataset<Row> judged =
        isCsv
            ? Validation.validateCsv(raw, key, contract, checks)
            : Validation.validate(raw, key, contract, checks);
    boolean landsUnknown = contract.variantBy() != null && feed.onUnknownType() == UnknownType.LAND;
    Column good =
        contract.variantBy() == null
            ? when(isGood(), struct(place(eventTime(), columns().get(Columns.ONLY))))
            : kinds(landsUnknown, now);
    Column bad = col(SinkColumns.BAD);
    return judged.select(
        good.as(SinkColumns.GOOD),
        (landsUnknown ? when(isUnknown(), null).otherwise(bad) : bad).as(SinkColumns.BAD),
        lit(true).as(SinkColumns.FIRST),
        col(SinkColumns.COUNTED),
        col(SinkColumns.TALLY),
        when(isGood(), struct(part(), eventTime()))
            .cast(SinkColumns.PROGRESS_RECORD)
            .as(SinkColumns.PROGRESS));
  }

  /** The partition of a topic; files are one part of their source. */
  private static Column part() {
    return coalesce(col(RawRecords.SOURCE + ".partition"), lit(0));
  }

  private Map<String, Map<String, String>> columns() {
    return Columns.of(contract, feed).kinds();
  }

  private static Column isGood() {
    return col(Validation.RECORD).isNotNull();
  }

  /** Whether nothing else is known to be wrong with a record than its kind. */
  private static Column isUnknown() {
    Column reasons = col(SinkColumns.BAD + ".reasons");
    return col(SinkColumns.BAD)
        .isNotNull()
        .and(size(reasons).equalTo(1))
        .and(element_at(reasons, 1).startsWith(Reason.VARIANT + " "));
  }

  /** The time of the event (TIMESTAMP), whatever kind it is of. */
  private Column eventTime() {
    return coalesce(
        Columns.eventTimes(contract, feed).stream().map(Landing::field).toArray(Column[]::new));
  }

  private static Column field(String path) {
    return col(Validation.RECORD + "." + path);
  }

  /** Date and hour of a time, and then columns of the record. */
  private Column[] place(Column time, Map<String, String> columns) {
    return Stream.concat(
            Stream.of(date(time).as(Columns.DATE), hourOf(time).as(Columns.HOUR)), fields(columns))
        .toArray(Column[]::new);
  }

  private static Stream<Column> fields(Map<String, String> columns) {
    return columns.entrySet().stream().map(column -> field(column.getValue()).as(column.getKey()));
  }

  private Column date(Column time) {
    return to_date(local(time));
  }

  private Column hourOf(Column time) {
    return element_at(array(HOURS), hour(local(time)).plus(1));
  }

  /** The session is in UTC. */
  private Column local(Column time) {
    return zone.normalized().equals(ZoneOffset.UTC) ? time : from_utc_timestamp(time, zone.getId());
  }

  private Column kinds(boolean landsUnknown, Instant now) {
    Column kind = lit(null).cast(DataTypes.StringType);
    List<Column> structs = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> each : columns().entrySet()) {
      Column isOfIt = field(each.getKey()).isNotNull();
      kind = when(isOfIt, each.getKey()).otherwise(kind);
      structs.add(
          when(isOfIt, struct(fields(each.getValue()).toArray(Column[]::new))).as(each.getKey()));
    }
    Column time = eventTime();
    if (landsUnknown) {
      kind = when(isUnknown(), Columns.UNKNOWN).otherwise(kind);
      time = when(isUnknown(), lit(now.truncatedTo(ChronoUnit.HOURS))).otherwise(time);
      Column bad = col(SinkColumns.BAD);
      structs.add(
          when(isUnknown(), struct(bad.getField("raw"), bad.getField("source")).cast(RAW))
              .as(Columns.UNKNOWN));
    }
    Stream<Column> all =
        Stream.concat(
            Stream.of(
                kind.as(contract.variantBy()),
                date(time).as(Columns.DATE),
                hourOf(time).as(Columns.HOUR)),
            structs.stream());
    Column isLanded = landsUnknown ? isGood().or(isUnknown()) : isGood();
    return when(isLanded, struct(all.toArray(Column[]::new)));
  }

  /** What would be landed at a time that is none: far ahead, or before there were such senders. */
  private List<Column> checks(Instant now) {
    Column time = eventTime();
    return List.of(
        when(time.lt(lit(Instant.EPOCH)), dated(Reason.PAST, time, "is before 1970")),
        when(
            isAhead(time, now),
            dated(
                Reason.FUTURE,
                time,
                "is ahead of this machine's clock by more than " + feed.allowedFuture())));
  }

  /** By a function, for with another constant each batch would have other code to compile. */
  private Column isAhead(Column time, Instant now) {
    long latest = DateTimeUtils.instantToMicros(now) + feed.allowedFuture().micros();
    UDF1<Long, Boolean> ahead = micros -> micros != null && micros > latest;
    return udf(ahead, DataTypes.BooleanType).apply(unix_micros(time));
  }

  private Column dated(Reason reason, Column time, String why) {
    return concat(
        lit(reason + " " + feed.eventTime() + ": "),
        time.cast(DataTypes.StringType),
        lit(" " + why));
  }
}
