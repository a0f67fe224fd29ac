package io.github.millrace.publish;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings what tasks have staged from the end of Spark's write to the publisher that began it. They
 * are in one JVM, but Spark gives them no way to each other.
 */
final class Handover {
  private static final Map<String, List<TaskReport>> STAGED = new ConcurrentHashMap<>();

  private Handover() {}

  static void put(Publication publication, List<TaskReport> reports) {
    STAGED.put(publication.toJson(), reports);
  }

  static List<TaskReport> take(Publication publication) {
    List<TaskReport> reports = STAGED.remove(publication.toJson());
    if (reports == null) {
      throw new IllegalStateException("nothing was staged of unit " + publication.unit());
    }
    return reports;
  }
}
