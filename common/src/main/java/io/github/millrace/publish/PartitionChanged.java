package io.github.millrace.publish;

import java.io.IOException;

/**
 * A partition was set by another between a unit's look at it and the unit's preparation; the unit
 * can be completed anew, by what is there now.
 */
final class PartitionChanged extends IOException {
  private static final long serialVersionUID = 1;

  PartitionChanged(String message) {
    super(message);
  }
}
