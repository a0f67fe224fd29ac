package io.github.millrace.source.file;

import java.io.IOException;

/**
 * Something is wrong with a file itself, so that a retry cannot help. The message says its user
 * what, and the remedy.
 */
final class UnreadableException extends IOException {
  UnreadableException(String message) {
    super(message);
  }
}
