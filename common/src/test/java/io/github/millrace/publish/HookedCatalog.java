package io.github.millrace.publish;

import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalog;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogWithListener;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;

/** A catalog with places at which a test does something, once each. */
final class HookedCatalog extends ExternalCatalogWithListener {
  enum Place {
    BEFORE_CREATE,
    AFTER_CREATE,
    BEFORE_ALTER,
    AFTER_ALTER,
    BEFORE_COLUMNS,
    AFTER_COLUMNS
  }

  /** What a test does there. */
  interface Hook {
    void run() throws Exception;
  }

  /** Ends a publication as the end of its process does: nothing reacts to it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private final Map<Place, Hook> hooks = new EnumMap<>(Place.class);
  private int changes;

  HookedCatalog(ExternalCatalog catalog) {
    super(catalog);
  }

  void at(Place place, Hook hook) {
    hooks.put(place, hook);
  }

  void killAt(Place place) {
    at(
        place,
        () -> {
          throw new Killed();
        });
  }

  /** How many calls have changed partitions. */
  int changes() {
    return changes;
  }

  private void reach(Place place) {
    Hook hook = hooks.remove(place);
    if (hook != null) {
      try {
        hook.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void createPartitions(
      String database, String table, Seq<CatalogTablePartition> parts, boolean ignoreIfExists) {
    reach(Place.BEFORE_CREATE);
    super.createPartitions(database, table, parts, ignoreIfExists);
    changes++;
    reach(Place.AFTER_CREATE);
  }

  @Override
  public void alterTableDataSchema(String database, String table, StructType columns) {
    reach(Place.BEFORE_COLUMNS);
    super.alterTableDataSchema(database, table, columns);
    reach(Place.AFTER_COLUMNS);
  }

  @Override
  public void alterPartitions(String database, String table, Seq<CatalogTablePartition> parts) {
    reach(Place.BEFORE_ALTER);
    super.alterPartitions(database, table, parts);
    changes++;
    reach(Place.AFTER_ALTER);
  }
}
