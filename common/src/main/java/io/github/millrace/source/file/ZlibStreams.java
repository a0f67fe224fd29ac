package io.github.millrace.source.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.InflaterInputStream;

/** Streams of zlib's format, one after the other. */
final class ZlibStreams extends InflaterInputStream {
  ZlibStreams(InputStream in) {
    super(in);
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    try {
      while (true) {
        int read = inf.inflate(into, from, length);
        if (read > 0 || length == 0) {
          return read;
        }
        if (inf.finished()) {
          if (!nextStream()) {
            return -1;
          }
        } else if (inf.needsDictionary()) {
          throw new IOException("it needs a dictionary");
        } else {
          fill();
        }
      }
    } catch (DataFormatException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private boolean nextStream() throws IOException {
    int rest = inf.getRemaining();
    if (rest == 0) {
      len = in.read(buf);
      rest = len;
    }
    if (rest < 0) {
      return false;
    }
    inf.reset();
    inf.setInput(buf, len - rest, rest);
    return true;
  }
}
