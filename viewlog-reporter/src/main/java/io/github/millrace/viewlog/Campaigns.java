package io.github.millrace.viewlog;

import io.github.millrace.config.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Which network a campaign belongs to.
 *
 * @param networks network by campaign
 * @param version of the file that was looked at last; changes when the file does
 */
record Campaigns(Map<Integer, Integer> networks, String version) {
  private static final String UNREADABLE = "unreadable ";

  /**
   * Reads a campaign file: CSV in UTF-8 with the header {@code
   * network_id,campaign_id,campaign_name}.
   *
   * @param problems receives a message, with file and line, for each row that is malformed or puts
   *     a campaign there twice; the file is not to be used then
   * @throws IOException if the file cannot be read
   */
  static Campaigns read(String path, Configuration hadoop, List<String> problems)
      throws IOException {
    String version = version(path, hadoop);
    Path file = new Path(path);
    List<String> found = new ArrayList<>();
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      Map<Integer, Integer> networks = CampaignLines.read(in.readAllBytes(), found);
      found.forEach(problem -> problems.add("campaigns: " + path + " " + problem));
      return new Campaigns(networks, version);
    }
  }

  /**
   * The file as it is now if it has changed and is good; else these, which were good.
   *
   * @param warn receives a line when the file is found missing or wrong, once for each version of
   *     it
   */
  Campaigns current(String path, Configuration hadoop, Consumer<String> warn) {
    List<String> problems = new ArrayList<>();
    String found = "";
    try {
      found = version(path, hadoop);
      if (found.equals(version)) {
        return this;
      }
      Campaigns changed = read(path, hadoop, problems);
      if (problems.isEmpty()) {
        return changed;
      }
    } catch (IOException | RuntimeException e) {
      problems.add(unreadable(path, e));
      // Looked at again each time: what hindered need not show in the file.
      found = UNREADABLE + found;
    }
    if (!found.equals(version)) {
      String more = problems.size() == 1 ? "" : " (and %d more)".formatted(problems.size() - 1);
      warn.accept(
          "warning: %s%s; the %,d campaigns read before stay until it is good again"
              .formatted(problems.get(0), more, networks.size()));
    }
    return new Campaigns(networks, found);
  }

  /** What to say of a file that cannot be read. */
  static String unreadable(String path, Exception e) {
    return "campaigns: is '%s', which cannot be read: %s".formatted(path, OneLine.first(e));
  }

  private static String version(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path);
    FileStatus status = file.getFileSystem(hadoop).getFileStatus(file);
    return status.getModificationTime() + "-" + status.getLen();
  }
}
