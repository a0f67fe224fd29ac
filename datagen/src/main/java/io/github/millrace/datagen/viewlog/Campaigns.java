package io.github.millrace.datagen.viewlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The campaigns that views belong to: 10, 20, ... 140, spread over the networks 1 to 4. */
public final class Campaigns {
  /** A campaign that is not among them. */
  static final int UNKNOWN = 999;

  private static final int STEP = 10;
  private static final int NETWORKS = 4;
  private static final List<String> NAMES =
      List.of(
          "Spring Sale",
          "Summer Trips",
          "Back to School",
          "City Rides",
          "Winter Coats",
          "New Phones",
          "Fresh Coffee",
          "Home Loans",
          "Running Shoes",
          "Garden Days",
          "Film Nights",
          "Green Energy",
          "Book Week",
          "Year End");

  private Campaigns() {}

  /** Returns how many campaigns there are. */
  public static int count() {
    return NAMES.size();
  }

  /**
   * Returns the id of a campaign.
   *
   * @param index its place, from 0
   */
  public static int id(int index) {
    return (index + 1) * STEP;
  }

  /**
   * Returns the network, 1 to 4, of a campaign.
   *
   * @param id one of the ids
   */
  public static int network(int id) {
    return (id / STEP - 1) % NETWORKS + 1;
  }

  /** Writes the campaigns as CSV with a header line, in place of a file that is there already. */
  public static void write(Path file) throws IOException {
    StringBuilder csv = new StringBuilder("network_id,campaign_id,campaign_name\n");
    for (int i = 0; i < count(); i++) {
      csv.append(network(id(i))).append(',').append(id(i)).append(',').append(NAMES.get(i));
      csv.append('\n');
    }
    Files.writeString(file, csv);
  }
}
