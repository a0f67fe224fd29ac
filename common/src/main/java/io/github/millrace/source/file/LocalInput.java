package io.github.millrace.source.file;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BufferedFSInputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;

/**
 * The local disk to read input from: files of any {@linkplain LocalName name}, and nothing but
 * files, for opening a pipe would wait for ever. Hadoop's checksum files, which senders do not
 * write, do not count.
 */
final class LocalInput extends RawLocalFileSystem {

  /** The file system of a path of the input. */
  static FileSystem of(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    if (!(fs instanceof LocalFileSystem) || !fs.getUri().getScheme().equals("file")) {
      return fs;
    }
    LocalInput local = new LocalInput();
    local.initialize(fs.getUri(), hadoop);
    return local;
  }

  /** What stands in a place where a file is read, if it is not one. */
  static String notAFile(BasicFileAttributes attributes) {
    return attributes.isDirectory()
        ? "is a directory, must be a file"
        : "is a pipe, socket or device; put a file in its place";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    java.nio.file.Path file = file(path);
    BasicFileAttributes attributes = attributes(file);
    if (!attributes.isRegularFile()) {
      throw new UnreadableException(notAFile(attributes));
    }
    try {
      return new FSDataInputStream(
          new BufferedFSInputStream(new Bytes(Files.newByteChannel(file)), bufferSize));
    } catch (FileSystemException e) {
      throw named(file, e);
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    BasicFileAttributes attributes = attributes(file(path));
    return new FileStatus(
        attributes.size(),
        attributes.isDirectory(),
        1,
        getDefaultBlockSize(path),
        attributes.lastModifiedTime().toMillis(),
        path.makeQualified(getUri(), getWorkingDirectory()));
  }

  private java.nio.file.Path file(Path path) {
    return LocalName.file(path.makeQualified(getUri(), getWorkingDirectory()).toUri().getPath());
  }

  private static BasicFileAttributes attributes(java.nio.file.Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (FileSystemException e) {
      throw named(file, e);
    }
  }

  /** As Hadoop's file systems say. */
  private static IOException named(java.nio.file.Path file, FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return new AccessControlException(e);
    }
    boolean gone =
        e instanceof NoSuchFileException
            || !Files.isDirectory(file.getParent())
            || Files.isSymbolicLink(file); // To itself.
    return gone ? new FileNotFoundException(e.getMessage()) : e;
  }

  private static final class Bytes extends FSInputStream {
    private final SeekableByteChannel channel;

    Bytes(SeekableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(into, from, length));
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0) {
        throw new EOFException("position " + position);
      }
      channel.position(position);
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
