package io.github.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The directories of a job by their keys, as they must be to each other: apart, so that no job
 * reads what it writes; renamed in one step; and no other job's. A directory that is missing or
 * blank is passed over, for that is reported with its key.
 */
public final class Directories {
  private final Map<String, String> read = new LinkedHashMap<>();
  private final Map<String, String> written = new LinkedHashMap<>();
  private final Map<String, String> accounts = new LinkedHashMap<>();
  private final String output;

  /**
   * Those of a job without any yet.
   *
   * @param output key of the directory that quarantine and ledger are in by default
   */
  public Directories(String output) {
    this.output = output;
  }

  /** With one that is read, and has to be there. */
  public Directories reads(String key, Location location) {
    return add(read, key, location);
  }

  /** With one that is written. */
  public Directories writes(String key, Location location) {
    return add(written, key, location);
  }

  /**
   * With quarantine and ledger, which are hidden where they are in another.
   *
   * @param level that their keys are under, with a dot at its end; empty for none
   */
  public Directories accounts(String level, OutputConfig config) {
    accounts.put(level + "quarantine", Location.textOf(config.quarantine()));
    accounts.put(level + "ledger", Location.textOf(config.ledger()));
    return this;
  }

  private Directories add(Map<String, String> to, String key, Location location) {
    if (location != null && !location.isBlank()) {
      to.put(key, location.toString());
    }
    return this;
  }

  /**
   * Checks them.
   *
   * @param problems receives a message for each
   */
  public void check(Configuration hadoop, List<String> problems) {
    PathChecks checks = new PathChecks(hadoop, problems);
    read.forEach(checks::isDirectory);
    Map<String, String> all = new LinkedHashMap<>(read);
    all.putAll(written);
    checks.areApart(all);
    checks.areHidden(output, all, accounts);
    Map<String, String> renamed = new LinkedHashMap<>(written);
    renamed.putAll(accounts);
    checks.canRename(renamed);
    checks.areNoOthers(renamed);
  }
}
