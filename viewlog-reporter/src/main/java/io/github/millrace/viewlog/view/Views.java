package io.github.millrace.viewlog.view;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.contract.Contract;
import io.github.millrace.contract.Field;
import io.github.millrace.contract.FieldType;
import io.github.millrace.contract.Validation;
import io.github.millrace.publish.PartialAggregate;
import io.github.millrace.publish.PartialAggregation;
import io.github.millrace.record.RawRecords;
import io.github.millrace.record.Reason;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.report.Reports;
import io.github.millrace.window.WindowColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The transform: from messages to the parts of reports. */
public final class Views {
  private static final String ID = "view_id";

  /** The columns of a view that the job needs. */
  public static List<String> needed(ReportConfig config) {
    return config.stream().deduplicate()
        ? List.of(ID, ReportConfig.START, ReportConfig.END, Reports.CAMPAIGN)
        : List.of(ReportConfig.START, ReportConfig.END, Reports.CAMPAIGN);
  }

  /** What a contract lacks for the job, a message each. */
  public static List<String> lacks(Contract contract, ReportConfig config) {
    return needed(config).stream()
        .filter(column -> !isUsable(column, contract.field(column)))
        .map(
            column ->
                "must have a required field %s of physicalType %s"
                    .formatted(column, physicalType(column)))
        .toList();
  }

  private static boolean isUsable(String column, Field field) {
    return field != null
        && field.required()
        && switch (physicalType(column)) {
          case "TIMESTAMP" -> field.type() instanceof FieldType.Instant;
          case "INT" ->
              field.type() instanceof FieldType.Whole whole
                  && DataTypes.IntegerType.equals(whole.sparkType());
          default -> field.type() instanceof FieldType.Text;
        };
  }

  private static String physicalType(String column) {
    return switch (column) {
      case ReportConfig.START, ReportConfig.END -> "TIMESTAMP";
      case Reports.CAMPAIGN -> "INT";
      default -> "STRING";
    };
  }

  private static final String SENT = "sent";

  /** What is counted: by network and campaign, how long the views took and how many there were. */
  public static final WindowColumns COLUMNS =
      new WindowColumns(
          new StructType()
              .add("network", DataTypes.IntegerType)
              .add("campaign", DataTypes.IntegerType),
          new StructType()
              .add("durationMicros", DataTypes.LongType)
              .add("views", DataTypes.LongType),
          new StructType());

  /** How tasks put the good rows of {@link #parts} together. */
  public static final PartialAggregation AGGREGATION = COLUMNS.aggregation(SENT);

  private static final int LATEST_SENT = AGGREGATION.maxima().indexOf(SENT);

  private Views() {}

  /** When the latest of some views was sent: microseconds since 1970-01-01 UTC. */
  public static long sent(PartialAggregate partial) {
    return partial.maxima().get(LATEST_SENT);
  }

  /**
   * The limits by which a view is bad or late.
   *
   * @param watermark a window that ends at it or before is closed: microseconds since 1970-01-01
   *     UTC
   * @param now the latest time by this machine's clock: likewise. Time only goes on, so what was
   *     good once is good in every later run
   */
  public record Limits(ReportConfig config, Campaigns campaigns, long watermark, long now) {
    public Limits(ReportConfig config, Campaigns campaigns, long watermark) {
      this(config, campaigns, watermark, DateTimeUtils.instantToMicros(Instant.now()));
    }

    /** The same where it is known to have been later than this machine's clock may have it. */
    public Limits notBefore(Instant time) {
      return new Limits(
          config, campaigns, watermark, Math.max(now, DateTimeUtils.instantToMicros(time)));
    }

    private Column eventTime() {
      return micros(config.windowOn());
    }

    /** The start of the view's window. */
    private Column window() {
      return config.windows().startOf(eventTime());
    }

    private Column network() {
      UDF1<Integer, Integer> networks = campaigns.networks()::get;
      return udf(networks, DataTypes.IntegerType)
          .apply(col(Validation.RECORD + "." + Reports.CAMPAIGN));
    }

    /** Whether the message is of a time that has not come; a function for the same reason. */
    private Column isAhead() {
      long latest = now + config.allowedFuture().micros();
      UDF1<Long, Boolean> ahead = sent -> sent > latest;
      return udf(ahead, DataTypes.BooleanType).apply(unix_micros(col(KafkaSource.TIMESTAMP)));
    }

    private Column late() {
      return config.windows().isClosed(window(), watermark);
    }
  }

  /**
   * Validates messages and says what each adds to which report.
   *
   * @param messages as {@link KafkaSource} gives them
   * @return rows of {@link SinkColumns}; {@code good} has {@code network INT}, {@code start
   *     TIMESTAMP}, {@code campaign INT}, {@code durationMicros BIGINT}, {@code views BIGINT},
   *     {@code time BIGINT} and {@code sent BIGINT} (microseconds since 1970-01-01 UTC); where the
   *     job deduplicates, also {@code id STRING}, {@code partition INT} and {@code offset BIGINT}
   */
  public static Dataset<Row> parts(Dataset<Row> messages, Contract contract, Limits limits) {
    List<Column> part = new ArrayList<>();
    Collections.addAll(
        part,
        limits.network().as("network"),
        timestamp_micros(limits.window()).as(WindowColumns.START),
        col(Validation.RECORD + "." + Reports.CAMPAIGN).as("campaign"),
        duration().as("durationMicros"),
        lit(1L).as("views"),
        limits.eventTime().as(WindowColumns.TIME),
        unix_micros(col(KafkaSource.TIMESTAMP)).as(SENT));
    if (limits.config().stream().deduplicate()) {
      Collections.addAll(
          part,
          col(Validation.RECORD + "." + ID).as("id"),
          col(KafkaSource.PARTITION),
          col(KafkaSource.OFFSET));
    }
    Column good = struct(part.toArray(Column[]::new));
    List<Column> columns = new ArrayList<>();
    columns.add(when(col(Validation.RECORD).isNotNull(), good).as(SinkColumns.GOOD));
    columns.add(col(SinkColumns.BAD));
    columns.add(lit(true).as(SinkColumns.FIRST));
    columns.add(col(SinkColumns.COUNTED));
    columns.add(col(SinkColumns.TALLY));
    if (limits.config().archive() != null) {
      columns.add(
          struct(
                  col(RawRecords.VALUE),
                  col(KafkaSource.PARTITION),
                  col(KafkaSource.OFFSET),
                  col(KafkaSource.TIMESTAMP))
              .as(SinkColumns.ARCHIVE));
    }
    return Validation.validate(messages, contract, checks(limits))
        .select(columns.toArray(Column[]::new));
  }

  private static Column micros(String timestamp) {
    return unix_micros(col(Validation.RECORD + "." + timestamp));
  }

  private static Column duration() {
    return micros(ReportConfig.END).minus(micros(ReportConfig.START));
  }

  /**
   * Any timestamp that a contract lets through, up to the ends of its type, must be judged without
   * an overflow, which would fail the batch. So their order matters: each check relies on what the
   * ones before have ruled out.
   */
  private static List<Column> checks(Limits limits) {
    List<Column> checks = new ArrayList<>(ofEventTime(limits));
    checks.addAll(ofDuration(limits.config()));
    Column campaign = col(Validation.RECORD + "." + Reports.CAMPAIGN);
    Column unknown =
        when(
            limits.network().isNull(),
            concat(
                lit(Reason.UNKNOWN + " " + Reports.CAMPAIGN + ": "),
                campaign.cast(DataTypes.StringType),
                lit(" is not in the campaigns")));
    Column late =
        when(
            limits.late(),
            concat(
                lit(Reason.LATE + " " + limits.config().windowOn() + ": the window from "),
                timestamp_micros(limits.window()).cast(DataTypes.StringType),
                lit(" was closed")));
    Collections.addAll(checks, unknown, late);
    return checks;
  }

  /** What would move the watermark or make reports of another age. */
  private static List<Column> ofEventTime(Limits limits) {
    ReportConfig config = limits.config();
    Column time = limits.eventTime();
    Column sent = unix_micros(col(KafkaSource.TIMESTAMP));
    List<Column> checks = new ArrayList<>();
    checks.add(when(time.lt(0L), dated(Reason.PAST, config, "before 1970")));
    checks.add(
        when(
            time.minus(config.allowedFuture().micros()).gt(sent),
            dated(Reason.FUTURE, config, "allowedFuture is " + config.allowedFuture())));
    checks.add(
        when(
            limits.isAhead(),
            concat(
                lit(Reason.FUTURE + " message: was sent at "),
                col(KafkaSource.TIMESTAMP).cast(DataTypes.StringType),
                lit(" by its own timestamp, which has not come yet"))));
    if (config.allowedPast() != null) {
      checks.add(
          when(
              time.lt(sent.minus(config.allowedPast().micros())),
              dated(Reason.PAST, config, "allowedPast is " + config.allowedPast())));
    }
    return checks;
  }

  private static Column dated(Reason reason, ReportConfig config, String why) {
    return concat(
        lit(reason + " " + config.windowOn() + ": is "),
        col(Validation.RECORD + "." + config.windowOn()).cast(DataTypes.StringType),
        lit(", sent at "),
        col(KafkaSource.TIMESTAMP).cast(DataTypes.StringType),
        lit(", " + why));
  }

  /** What would falsify an average, whether the contract has a rule about it or not. */
  private static List<Column> ofDuration(ReportConfig config) {
    return List.of(
        when(
            micros(ReportConfig.END).lt(micros(ReportConfig.START)),
            lasting(lit(" seconds, " + ReportConfig.END + " is before " + ReportConfig.START))),
        when(
            micros(ReportConfig.END)
                .minus(config.maxDuration().micros())
                .gt(micros(ReportConfig.START)),
            lasting(lit(" seconds, maxDuration is " + config.maxDuration()))));
  }

  private static Column lasting(Column why) {
    Column seconds =
        micros(ReportConfig.END)
            .cast(DataTypes.DoubleType)
            .minus(micros(ReportConfig.START).cast(DataTypes.DoubleType))
            .divide(1e6);
    return concat(lit(Reason.RANGE + " duration: is "), seconds.cast(DataTypes.StringType), why);
  }
}
