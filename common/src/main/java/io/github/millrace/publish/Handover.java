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

  static void put(UnitSpec spec, List<TaskReport> reports) {
    STAGED.put(spec.toJson(), reports);
  }

  static List<TaskReport> take(UnitSpec spec) {
    List<TaskReport> reports = STAGED.remove(spec.toJson());
    if (reports == null) {
      throw new IllegalStateException("nothing was staged of unit " + spec.unit());
    }
    return reports;
  }
}
