package io.github.millrace.viewlog;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which network a campaign belongs to.
 *
 * @param networks network by campaign
 * @param version changes when the file does
 */
record Campaigns(Map<Integer, Integer> networks, String version) {
  private static final List<String> HEADER = List.of("network_id", "campaign_id", "campaign_name");

  /**
   * Reads a campaign file: CSV with the header {@code network_id,campaign_id,campaign_name}.
   *
   * @param problems receives a message, with file and line, for each row that is malformed or puts
   *     a campaign in a second network
   * @throws IOException if the file cannot be read
   */
  static Campaigns read(String path, Configuration hadoop, List<String> problems)
      throws IOException {
    String version = version(path, hadoop);
    Path file = new Path(path);
    Map<Integer, Integer> networks = new HashMap<>();
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setLineSeparator("\n");
    settings.setLineSeparatorDetectionEnabled(true);
    settings.setSkipEmptyLines(false);
    CsvParser parser = new CsvParser(settings);
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      parser.beginParsing(in, StandardCharsets.UTF_8);
      long line = 0;
      for (String[] row = parser.parseNext(); row != null; row = parser.parseNext()) {
        line++;
        String problem = line == 1 ? header(row) : add(row, networks);
        if (problem != null) {
          problems.add("campaigns: " + path + " line " + line + ": " + problem);
        }
      }
      if (line == 0) {
        problems.add(
            "campaigns: " + path + " is empty, must begin with " + String.join(",", HEADER));
      }
    }
    return new Campaigns(Map.copyOf(networks), version);
  }

  /** The file as it is now, unless it is the version known. */
  Campaigns current(String path, Configuration hadoop) throws IOException {
    if (version(path, hadoop).equals(version)) {
      return this;
    }
    List<String> problems = new ArrayList<>();
    Campaigns changed = read(path, hadoop, problems);
    if (!problems.isEmpty()) {
      throw new JobException(
          ExitCode.USAGE, String.join("\n", problems) + "\nCorrect the file and start again");
    }
    return changed;
  }

  private static String version(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path);
    FileSystem fs = file.getFileSystem(hadoop);
    FileStatus status = fs.getFileStatus(file);
    return status.getModificationTime() + "-" + status.getLen();
  }

  private static String header(String[] row) {
    return Arrays.asList(row).equals(HEADER)
        ? null
        : "the header is '%s', must be '%s'"
            .formatted(String.join(",", Arrays.asList(row)), String.join(",", HEADER));
  }

  private static String add(String[] row, Map<Integer, Integer> networks) {
    if (row.length != HEADER.size()) {
      return "has " + row.length + " fields, must have " + HEADER.size();
    }
    Integer network = number(row[0]);
    Integer campaign = number(row[1]);
    if (network == null || campaign == null) {
      return "%s is '%s', must be a whole number of 0 or more"
          .formatted(
              network == null ? "network_id" : "campaign_id", network == null ? row[0] : row[1]);
    }
    Integer other = networks.putIfAbsent(campaign, network);
    if (other == null) {
      return null;
    }
    return other.equals(network)
        ? "campaign " + campaign + " stands twice"
        : "campaign %d is in network %d, but in network %d further up"
            .formatted(campaign, network, other);
  }

  private static Integer number(String text) {
    try {
      int number = Integer.parseInt(text == null ? "" : text.trim());
      return number < 0 ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
