package io.github.millrace.source.file;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local file system over a bad line: {@code failing:/some/file}. It fails to open a file, or to
 * read beyond a position, as {@link #BREAKS_AT} says.
 */
public final class FailingFileSystem extends RawLocalFileSystem {
  static final String MESSAGE = "connection reset by peer";

  private static final String SCHEME = "failing";
  private static final String BREAKS_AT = "failing.at";

  /**
   * A configuration that knows the scheme.
   *
   * @param at the first byte that cannot be read; -1 if the file cannot even be opened
   */
  static Configuration breakingAt(long at) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs." + SCHEME + ".impl", FailingFileSystem.class.getName());
    hadoop.setBoolean("fs." + SCHEME + ".impl.disable.cache", true);
    hadoop.setLong(BREAKS_AT, at);
    return hadoop;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    long at = getConf().getLong(BREAKS_AT, -1);
    if (at < 0) {
      throw new IOException(MESSAGE);
    }
    return new FSDataInputStream(new Breaking(super.open(path, bufferSize), at));
  }

  private static final class Breaking extends FSInputStream {
    private final FSDataInputStream in;
    private final long at;

    Breaking(FSDataInputStream in, long at) {
      this.in = in;
      this.at = at;
    }

    @Override
    public int read() throws IOException {
      check();
      return ((InputStream) in).read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      check();
      return in.read(into, from, (int) Math.min(length, at - getPos()));
    }

    private void check() throws IOException {
      if (getPos() >= at) {
        throw new IOException(MESSAGE);
      }
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
