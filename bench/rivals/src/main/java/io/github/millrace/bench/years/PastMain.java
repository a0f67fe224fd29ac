package io.github.millrace.bench.years;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

/**
 * Lays out what a job has left behind that has written a batch at each trigger for some days: days
 * of the ledger that are rolled up and their index, today's entries, replayed quarantine, the
 * directories of daily output, and the files that were read. Each entry is a copy of one that is
 * there, under another name. {@code past ROOT DAYS BATCHES_A_DAY}, or {@code put FILE TO}.
 */
public final class PastMain {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHECKPOINT = "0ldc0de1";

  /** A file on HDFS waits for its block to be reported. */
  private static final int WRITERS = 64;

  private final Path root;
  private final FileSystem fs;
  private final int batches;
  private final ObjectNode entry;

  private PastMain(Path root, int batches, Configuration hadoop) throws IOException {
    this.root = root;
    this.fs = root.getFileSystem(hadoop);
    fs.setWriteChecksum(false);
    this.batches = batches;
    try (var in = fs.open(someEntry())) {
      this.entry = (ObjectNode) JSON.readTree((java.io.InputStream) in);
    }
    entry.put("checkpoint", CHECKPOINT);
  }

  public static void main(String[] args) throws Exception {
    Configuration hadoop = new Configuration();
    if (args[0].equals("put")) {
      Path from = new Path(args[1]);
      Path to = new Path(args[2]);
      Path hidden = new Path(to.getParent(), "." + to.getName());
      FileSystem target = to.getFileSystem(hadoop);
      FileUtil.copy(from.getFileSystem(hadoop), from, target, hidden, false, hadoop);
      target.rename(hidden, to);
      return;
    }
    PastMain past = new PastMain(new Path(args[1]), Integer.parseInt(args[3]), hadoop);
    past.layOut(Integer.parseInt(args[2]));
  }

  private Path ledger(String name) {
    return new Path(root, "hive/_ledger/" + name);
  }

  private Path someEntry() throws IOException {
    for (FileStatus found : fs.globStatus(ledger("2*/*.json"))) {
      return found.getPath();
    }
    throw new IOException("no entry in " + root);
  }

  private void layOut(int days) throws IOException, InterruptedException, ExecutionException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    try (OutputStream index = fs.create(ledger("days/index.jsonl"));
        OutputStream files =
            fs.create(new Path(root, "checkpoint/sources/0/files/adopted.merged"))) {
      for (int day = 0; day < days; day++) {
        LocalDate date = today.minusDays(days - day);
        rollUp(date, day, index, files);
        for (String directory : List.of("_quarantine/_replayed/_read/" + date, "day=" + date)) {
          fs.mkdirs(new Path(root, "hive/" + directory));
        }
      }
    }
    today(today, days);
  }

  private void rollUp(LocalDate date, int day, OutputStream index, OutputStream files)
      throws IOException {
    try (OutputStream out = fs.create(ledger("days/" + date + ".jsonl"))) {
      for (int i = 0; i < batches; i++) {
        String unit = unit((long) day * batches + i);
        out.write(JSON.writeValueAsBytes(entry(unit, date, i)));
        out.write('\n');
        files.write(
            "{\"path\":\"%s/in/%s/%s.json\",\"length\":0,\"modified\":0}\n"
                .formatted(root, date, unit)
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    ObjectNode summary = JSON.createObjectNode();
    summary.put("day", date.toString()).put("entries", batches);
    summary.set("counts", entry.get("counts"));
    summary.put("rows", 1).set("reasons", JSON.createObjectNode());
    summary.put("unbalanced", 0);
    ObjectNode range = JSON.createObjectNode();
    range.put("first", (long) day * batches).put("last", (day + 1L) * batches - 1);
    summary.set(
        "batches", JSON.createObjectNode().set(CHECKPOINT, JSON.createArrayNode().add(range)));
    summary.set("units", JSON.createArrayNode());
    index.write(JSON.writeValueAsBytes(summary));
    index.write('\n');
  }

  private static String unit(long batch) {
    return "%s-%08d".formatted(CHECKPOINT, batch);
  }

  private ObjectNode entry(String unit, LocalDate date, int second) {
    Instant time = date.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(second);
    return entry.deepCopy().put("unit", unit).put("preparedAt", time.toString());
  }

  /** Which were written one after the other, and not just now. */
  private void today(LocalDate today, int day)
      throws IOException, InterruptedException, ExecutionException {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<?>> written = new ArrayList<>();
      long begin = today.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
      long apart = Math.max(1, (System.currentTimeMillis() - begin) / batches);
      for (int i = 0; i < batches; i++) {
        int number = i;
        written.add(
            writers.submit(
                () -> {
                  String unit = unit((long) day * batches + number);
                  Path file = ledger(today + "/" + unit + ".json");
                  try (OutputStream out = fs.create(file)) {
                    out.write(JSON.writeValueAsBytes(entry(unit, today, number)));
                  }
                  fs.setTimes(file, begin + number * apart, -1);
                  return null;
                }));
      }
      for (Future<?> one : written) {
        one.get();
      }
    } finally {
      writers.shutdownNow();
    }
  }
}
