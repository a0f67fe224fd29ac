package io.github.millrace.source.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.MapFile;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.io.SequenceFile.CompressionType;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.DefaultCodec;

/**
 * An immutable file of keys in the order of their UTF-8 bytes, each with a value. Of it a key for
 * each block stands in memory, and one block.
 */
final class SortedRun implements Closeable {
  /** In memory, before it is compressed. */
  private static final int BLOCK = 256 << 10;

  /** What is nearer is read on to, for to seek is to unpack a block. */
  private static final int NEAR = 2_000;

  private final MapFile.Reader reader;

  /** The key asked for last. */
  private Text asked;

  /** The first key that is not before it; null if there is none. */
  private Text at;

  private final Text value = new Text();

  private SortedRun(MapFile.Reader reader) {
    this.reader = reader;
  }

  static SortedRun open(Path directory, Configuration hadoop) throws IOException {
    return new SortedRun(new MapFile.Reader(directory, hadoop));
  }

  /** A value; quickly found if keys are asked for in their order. */
  Optional<String> find(String key) throws IOException {
    Text wanted = new Text(key);
    if (asked == null || wanted.compareTo(asked) < 0) {
      seek(wanted);
    } else {
      for (int i = 0; at != null && at.compareTo(wanted) < 0; i++) {
        if (i < NEAR) {
          next();
        } else {
          seek(wanted);
        }
      }
    }
    asked = wanted;
    return wanted.equals(at) ? Optional.of(value.toString()) : Optional.empty();
  }

  private void seek(Text wanted) throws IOException {
    Text closest = (Text) reader.getClosest(wanted, value);
    // It is the reader's own, and changes with the next call.
    at = closest == null ? null : new Text(closest);
  }

  private void next() throws IOException {
    if (!reader.next(at, value)) {
      at = null;
    }
  }

  /** Goes on to the next entry, from before the first one on; gives whether there is one. */
  boolean advance() throws IOException {
    if (at == null) {
      at = new Text();
    }
    next();
    return at != null;
  }

  Text key() {
    return at;
  }

  Text value() {
    return value;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Writes one; keys are added in their order. */
  static final class Writer implements Closeable {
    private final MapFile.Writer writer;

    Writer(Path directory, Configuration hadoop) throws IOException {
      Configuration settings = new Configuration(hadoop);
      settings.setInt("io.seqfile.compress.blocksize", BLOCK);
      this.writer =
          new MapFile.Writer(
              settings,
              directory,
              MapFile.Writer.keyClass(Text.class),
              SequenceFile.Writer.valueClass(Text.class),
              MapFile.Writer.compression(CompressionType.BLOCK, codec(settings)));
    }

    private static DefaultCodec codec(Configuration settings) {
      DefaultCodec codec = new DefaultCodec();
      codec.setConf(settings);
      return codec;
    }

    void add(Text key, Text value) throws IOException {
      writer.append(key, value);
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
