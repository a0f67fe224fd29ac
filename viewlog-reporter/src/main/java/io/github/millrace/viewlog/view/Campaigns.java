package io.github.millrace.viewlog.view;

import io.github.millrace.upkeep.ReferenceFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/** Which network a campaign belongs to: network by campaign, from a file that is read again. */
public record Campaigns(ReferenceFile<Map<Integer, Integer>> file) {
  private static final String KEY = "campaigns";

  /**
   * Reads a campaign file: CSV in UTF-8 with the header {@code
   * network_id,campaign_id,campaign_name}.
   *
   * @param problems receives a message, with file and line, for each row that is malformed or puts
   *     a campaign there twice; the file is not to be used then
   * @throws IOException if the file cannot be read
   */
  public static Campaigns read(String path, Configuration hadoop, List<String> problems)
      throws IOException {
    return new Campaigns(ReferenceFile.read(KEY, path, CampaignLines::read, hadoop, problems));
  }

  /** The file as it is now if it has changed and is good; else these, which were good. */
  public Campaigns current(Configuration hadoop, Consumer<String> warn) {
    return new Campaigns(
        file.current(
            CampaignLines::read,
            networks -> "%,d campaigns".formatted(networks.size()),
            hadoop,
            warn));
  }

  /** Network by campaign. */
  Map<Integer, Integer> networks() {
    return file.content();
  }

  /** What to say of a file that cannot be read. */
  public static String unreadable(String path, Exception e) {
    return ReferenceFile.unreadable(KEY, path, e);
  }
}
