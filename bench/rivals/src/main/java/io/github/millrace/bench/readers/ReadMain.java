package io.github.millrace.bench.readers;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * Reads sales and writes how many there are and a hash of all their values, to which every column
 * must be read. Arguments: what is read ({@code csv} by Spark or {@code checked-csv} by the
 * contract, {@code rows} or {@code checked-rows} of Parquet), the directory of the input, and that
 * of the output.
 */
public final class ReadMain {
  private static final String SCHEMA =
      "id BIGINT, branch STRING, product STRING, price DECIMAL(9,2), units INT, rate DOUBLE,"
          + " online BOOLEAN, day DATE, at TIMESTAMP";

  private ReadMain() {}

  public static void main(String[] args) throws Exception {
    Path in = Path.of(args[1]);
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName(args[0])
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.catalog.millrace", "io.github.millrace.contract.ContractCatalog")
            .config(
                "spark.sql.catalog.millrace.contract.sale",
                in.resolve("sale.odcs.yaml").toString());
    try (SparkSession session = builder.getOrCreate()) {
      String files = in.resolve(args[0].endsWith("csv") ? "csv" : "parquet").toString();
      switch (args[0]) {
        case "csv" ->
            stream(
                session
                    .readStream()
                    .schema(SCHEMA)
                    .option("header", true)
                    .option("escape", "\"")
                    .format("csv"),
                files,
                args[2]);
        case "checked-csv" ->
            stream(
                session
                    .readStream()
                    .format("millrace-files")
                    .options(
                        Map.of(
                            "shape", "CSV_LINES",
                            "maxRecordBytes", "1048576",
                            "watchFor", "0 seconds",
                            "csv",
                                "{\"dialect\":{\"delimiter\":\",\",\"quote\":\"\\\"\"},"
                                    + "\"header\":true,\"known\":[]}")),
                files,
                args[2]);
        case "rows" -> total(session.read().parquet(files), args[2]);
        case "checked-rows" ->
            total(
                checked(
                    session.read().parquet(files).selectExpr("millrace.sale(struct(*)) AS parsed")),
                args[2]);
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static void stream(DataStreamReader reader, String in, String out) throws Exception {
    Dataset<Row> read = reader.load(in);
    boolean isRaw = read.columns()[0].equals("value");
    StreamingQuery query =
        read.writeStream()
            .trigger(Trigger.AvailableNow())
            .option("checkpointLocation", out + "/checkpoint")
            .foreachBatch(
                (Dataset<Row> batch, Long number) ->
                    total(
                        isRaw
                            ? checked(
                                batch
                                    .where("tally IS NULL")
                                    .selectExpr("millrace.sale(value, source.header) AS parsed"))
                            : batch,
                        out))
            .start();
    query.awaitTermination();
  }

  private static Dataset<Row> checked(Dataset<Row> parsed) {
    return parsed.selectExpr("parsed.record.*");
  }

  private static void total(Dataset<Row> sales, String out) throws IOException {
    Column[] columns =
        Arrays.stream(StructType.fromDDL(SCHEMA).fieldNames())
            .map(functions::col)
            .toArray(Column[]::new);
    Row total = sales.agg(count(lit(1)), bit_xor(xxhash64(columns))).head();
    Files.writeString(
        Path.of(out, "totals.json"), "[%d, %d]".formatted(total.getLong(0), total.getLong(1)));
  }
}
