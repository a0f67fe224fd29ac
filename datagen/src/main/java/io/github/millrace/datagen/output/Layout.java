package io.github.millrace.datagen.output;

/**
 * How records are laid out in a file.
 *
 * @param prefix what stands before the first
 * @param separator what stands between two
 * @param suffix what stands behind the last
 */
public record Layout(String prefix, String separator, String suffix) {
  /** One record per line. */
  public static final Layout LINES = new Layout("", "\n", "\n");

  /** One JSON array per file, an element per record. */
  public static final Layout ARRAY = new Layout("[\n", ",\n", "\n]\n");
}
