package io.github.millrace.source.file;

import java.io.Closeable;
import java.io.IOException;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads raw records one after the other; the fields speak of the one last read. */
abstract class RawReader implements Closeable {
  /** The record's bytes, valid until the next; null if there is a problem. */
  UTF8String value;

  /** Why there is no value; null if there is one. */
  String problem;

  /** The file in which the record stands, and the byte at which it begins; null for all of it. */
  String file;

  Long offset;

  /** The line on which it begins, from 1; null where that is not known. */
  Long line;

  /** The header of its CSV file; null where there is none. */
  UTF8String header;

  /** The shape by which it was read, as {@link Shape} is written; null where that is not known. */
  UTF8String shape;

  /** How many of the records read are closed and not given, for their own file is read again. */
  long closed() {
    return 0;
  }

  /** How many lines were passed over, for they are equal to their file's header. */
  long repeatedHeaders() {
    return 0;
  }

  /** Makes the record that another has read last one's own. */
  final void take(RawReader from) {
    value = from.value;
    problem = from.problem;
    file = from.file;
    offset = from.offset;
    line = from.line;
    header = from.header;
    shape = from.shape;
  }

  /** Goes on to the next record; false at the end. */
  abstract boolean next() throws IOException;
}
