package io.github.millrace.clickstream.land;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.publish.SuccessMarks;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Which hours of a feed are complete.
 *
 * @param since the first day that is shown; null for the day before the last
 * @param hour the one that is asked for; null for all
 */
public record HoursJob(FeedPlan plan, LocalDate since, LocalDateTime hour) implements Job {
  private static final String ROW = "%-16s %-9s %-31s %s";

  @Override
  public boolean needsSession() {
    return false;
  }

  @Override
  public SparkSettings sparkSettings() {
    return SparkSettings.NONE;
  }

  @Override
  public String describe() {
    return "would show the hours of " + plan.output().root();
  }

  @Override
  public void run(SparkSession none, Consumer<String> out) throws IOException {
    Optional<HourStore.Saved> saved =
        new HourStore(plan.checkpoint().path(), plan.hadoop()).latest();
    if (saved.isEmpty() || saved.get().hours().through() == null) {
      if (hour != null) {
        throw notComplete("nothing is landed yet");
      }
      out.accept("nothing is landed yet");
      return;
    }
    Hours hours = saved.get().hours();
    if (hour == null) {
      print(hours, out);
    } else if (mark(hour).isEmpty()) {
      throw notComplete(
          "%s; those before %s are"
              .formatted(
                  hours.open().contains(hour) && hour.isBefore(hours.through())
                      ? "it has got more records"
                      : "events have not come so far",
                  hours.through()));
    } else {
      out.accept(line(hour));
    }
  }

  private JobException notComplete(String why) {
    return new JobException(
        ExitCode.FAILED,
        "hour %s of feed %s is not complete: %s".formatted(hour, plan.name(), why));
  }

  private void print(Hours hours, Consumer<String> out) throws IOException {
    LocalDateTime last = hours.open().isEmpty() ? hours.through() : hours.open().last();
    LocalDateTime end = last.isBefore(hours.through()) ? hours.through() : last.plusHours(1);
    LocalDateTime from =
        since == null ? end.toLocalDate().minusDays(1).atStartOfDay() : since.atStartOfDay();
    out.accept(ROW.formatted("hour", "", "since", "unit").stripTrailing());
    for (LocalDateTime each = from; each.isBefore(end); each = each.plusHours(1)) {
      if (hours.open().contains(each) || mark(each).isPresent()) {
        out.accept(line(each));
      }
    }
  }

  private String line(LocalDateTime each) throws IOException {
    Optional<String> mark = mark(each);
    String name = each.toLocalDate() + " " + "%02d".formatted(each.getHour());
    if (mark.isEmpty()) {
      return ROW.formatted(name, "open", "", "").stripTrailing();
    }
    String[] unit = mark.get().split("@", 2);
    return ROW.formatted(name, "complete", unit.length == 2 ? unit[1] : "", unit[0])
        .stripTrailing();
  }

  /** The unit that completed an hour, and when. */
  private Optional<String> mark(LocalDateTime each) throws IOException {
    Path directory = new Path(plan.kindDirectories().get(0), CompleteHours.relative(each));
    return Optional.ofNullable(new SuccessMarks(plan.hadoop()).completedBy(directory));
  }
}
