package io.github.millrace.upkeep;

import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Output;
import io.github.millrace.source.file.ReplayedFiles;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files of an output's quarantine that wait to be replayed. They lie in a directory for each
 * day, or, by earlier versions, in the quarantine itself; what was replayed lies elsewhere. So none
 * but those that wait are looked at.
 */
public final class QuarantineFiles {
  private static final Pattern NAME = Pattern.compile("(.+?)-\\d{5,}\\.jsonl");

  private QuarantineFiles() {}

  /** A file that waits, and the number of records in it. */
  public record Waiting(Path path, long records) {}

  /**
   * The files of published units, the oldest day first.
   *
   * @param ledger of the output
   */
  public static List<Waiting> waiting(Output output, Ledger ledger, Configuration hadoop)
      throws IOException {
    Map<Path, String> units = new HashMap<>();
    for (Path file : files(new Path(output.quarantine()), hadoop)) {
      Matcher name = NAME.matcher(file.getName());
      if (name.matches()) {
        units.put(file, name.group(1));
      }
    }
    Map<String, Long> records = records(ledger.committed(new HashSet<>(units.values())));
    return units.keySet().stream()
        // What a user has laid there is none of a unit.
        .filter(file -> records.containsKey(file.getName()))
        .map(file -> new Waiting(file, records.get(file.getName())))
        .sorted(Comparator.comparing(Waiting::path))
        .toList();
  }

  private static Map<String, Long> records(List<LedgerEntry> entries) {
    Map<String, Long> records = new HashMap<>();
    for (LedgerEntry entry : entries) {
      for (LedgerEntry.PublishedFile file : entry.files()) {
        if (file.destination().equals(LedgerEntry.PublishedFile.QUARANTINE)) {
          records.put(new Path(file.path()).getName(), file.rows());
        }
      }
    }
    return records;
  }

  private static Set<Path> files(Path quarantine, Configuration hadoop) throws IOException {
    FileSystem fs = Storage.of(quarantine, hadoop);
    Set<Path> files = new HashSet<>();
    for (FileStatus child : list(fs, quarantine)) {
      if (child.isFile()) {
        files.add(child.getPath());
      } else if (ReplayedFiles.isDay(child.getPath())) {
        List<FileStatus> ofDay = list(fs, child.getPath());
        ofDay.forEach(file -> files.add(file.getPath()));
        if (ofDay.isEmpty() && isLongOver(child.getPath().getName())) {
          Storage.removeIfEmpty(child.getPath(), fs);
        }
      }
    }
    return files;
  }

  /** Nobody is about to put something in, whatever the clocks say. */
  private static boolean isLongOver(String day) {
    return LocalDate.parse(day).isBefore(LocalDate.now(ZoneOffset.UTC).minusDays(2));
  }

  private static List<FileStatus> list(FileSystem fs, Path directory) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> children = fs.listStatusIterator(directory);
      while (children.hasNext()) {
        found.add(children.next());
      }
    } catch (FileNotFoundException e) {
      // Nothing was ever quarantined.
    }
    return found;
  }

  /** Where a file is moved to by a replay of today. */
  public static Path replayed(Path file, Output output) {
    Path today = new Path(output.replayed(), LocalDate.now(ZoneOffset.UTC).toString());
    return new Path(today, file.getName());
  }
}
