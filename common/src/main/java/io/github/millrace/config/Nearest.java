package io.github.millrace.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what a misspelt word was meant to be. */
public final class Nearest {
  private Nearest() {}

  /** {@code , did you mean 'x'?}, or the words known where none is near. */
  public static String hint(String word, Collection<String> known) {
    return of(word, known)
        .map(near -> ", did you mean '" + near + "'?")
        .orElse("; known here: " + String.join(", ", known));
  }

  /** The word known that is near, if one is. */
  public static Optional<String> of(String word, Collection<String> known) {
    // Something of a short word must be left.
    int far = Math.min(word.length() - 1, Math.max(2, word.length() / 3));
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String lower = word.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(k -> distance.apply(lower, k.toLowerCase(Locale.ROOT)) <= far)
        .min(Comparator.comparingInt(k -> distance.apply(lower, k.toLowerCase(Locale.ROOT))));
  }
}
