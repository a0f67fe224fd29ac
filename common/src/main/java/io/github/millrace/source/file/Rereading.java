package io.github.millrace.source.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Files that are read again as a whole, for they were read by the wrong shape, and what was
 * quarantined of them so, which is closed. It stands as {@value #NAME} in a directory of its own
 * where the source watches, beside the quarantine files: so the source takes it up once, reads the
 * files again, and passes over their records in the quarantine files.
 *
 * @param quarantine names of the quarantine files that hold records of these files
 */
public record Rereading(List<String> quarantine, List<Again> files) {
  static final String NAME = "reread.json";

  private static final String DIRECTORY = "reread-";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /**
   * A file to be read again.
   *
   * @param shape by what it is to be read, as {@link FileRecords.Settings#readAs()}
   * @param written where records stand that have come out already, in bytes of the file's text
   */
  public record Again(String file, String shape, List<Range> written) {
    public Again {
      written = Range.inOrder(written);
    }

    /** Whether the record that begins at a byte has come out already. */
    boolean isWritten(Long offset) {
      return offset != null && offset < last(offset).to();
    }

    /** Whether some bytes have come out already, and others beside them have not. */
    boolean isPartlyWritten(long from, long to) {
      Range begin = last(from);
      return from < begin.to() ? to > begin.to() : from < last(to - 1).from();
    }

    /** The last of the written ranges that begins at a byte or before; else one of nothing. */
    private Range last(long offset) {
      int low = 0;
      int high = written.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (written.get(middle).from() <= offset) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == 0 ? new Range(-1, -1) : written.get(low - 1);
    }
  }

  /** Bytes from one up to another, which is not in it. */
  public record Range(long from, long to) {

    /** Ranges that do not overlap, in order, of the same bytes. */
    static List<Range> inOrder(List<Range> ranges) {
      List<Range> ordered = new ArrayList<>();
      for (Range range : ranges.stream().sorted(Comparator.comparingLong(Range::from)).toList()) {
        Range last = ordered.isEmpty() ? null : ordered.get(ordered.size() - 1);
        if (last == null || range.from >= last.to) {
          ordered.add(range);
        } else if (range.to > last.to) {
          ordered.set(ordered.size() - 1, new Range(last.from, range.to));
        }
      }
      return List.copyOf(ordered);
    }
  }

  static boolean isAt(Path path) {
    return path.getName().equals(NAME);
  }

  public static boolean isDirectory(Path path) {
    return path.getName().startsWith(DIRECTORY);
  }

  /** A directory for one of a name that no other has. */
  public static Path directory(Path replayed, String id) {
    return new Path(replayed, DIRECTORY + id);
  }

  /** Its place in a directory. */
  public static Path file(Path directory) {
    return new Path(directory, NAME);
  }

  /** As it stands in its file. */
  public byte[] toJson() throws IOException {
    return JSON.writeValueAsBytes(this);
  }

  /** Reads the one in a directory; one of nothing where there is none. */
  public static Rereading read(Path directory, Configuration hadoop) throws IOException {
    Path path = new Path(directory, NAME);
    try (InputStream in = Storage.of(path, hadoop).open(path)) {
      return JSON.readValue(in, Rereading.class);
    } catch (FileNotFoundException e) {
      return new Rereading(List.of(), List.of());
    }
  }

  /**
   * What had come out of files before they were to be read again, by all lists there are: still
   * true where reading again has failed.
   *
   * @param replayed where the lists' directories are
   */
  static Map<String, List<Range>> written(Path replayed, Configuration hadoop) throws IOException {
    Map<String, List<Range>> written = new HashMap<>();
    for (FileStatus child : Storage.of(replayed, hadoop).listStatus(replayed)) {
      if (child.isDirectory() && isDirectory(child.getPath())) {
        for (Again again : read(child.getPath(), hadoop).files()) {
          written.computeIfAbsent(again.file(), file -> new ArrayList<>()).addAll(again.written());
        }
      }
    }
    return written;
  }

  Map<String, Again> byFile() {
    return files.stream().collect(Collectors.toMap(Again::file, Function.identity()));
  }
}
