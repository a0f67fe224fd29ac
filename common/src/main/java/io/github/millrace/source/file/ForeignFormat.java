package io.github.millrace.source.file;

import io.github.millrace.record.TextEncoding;
import java.util.Arrays;
import java.util.HexFormat;

/** Formats of files that hold no text, recognised by their first bytes. */
enum ForeignFormat {
  ZIP("a zip archive", Remedy.UNPACK, "504b0304 504b0506 504b0708"),
  TAR("a tar archive", Remedy.UNPACK, 257, "7573746172"),
  SEVEN_ZIP("a 7z archive", Remedy.UNPACK, "377abcaf271c"),
  RAR("a rar archive", Remedy.UNPACK, "526172211a07"),
  LZOP("an lzo file", Remedy.UNPACK, "894c5a4f000d0a1a0a"),
  LZMA("an lzma file", Remedy.UNPACK, "5d0000"),
  LZIP("an lzip file", Remedy.UNPACK, "4c5a4950"),
  COMPRESS("a file of compress (.Z)", Remedy.UNPACK, "1f9d"),
  LZ4_LEGACY("an lz4 file of the old format", Remedy.UNPACK, "02214c18"),
  SNAPPY_JAVA("a stream of snappy-java", Remedy.UNPACK, "82534e41505059"),
  PARQUET("a Parquet file", Remedy.CONVERT, "50415231 50415245"),
  ORC("an ORC file", Remedy.CONVERT, "4f5243"),
  AVRO("an Avro file", Remedy.CONVERT, "4f626a01"),
  ARROW("an Arrow file", Remedy.CONVERT, "4152524f5731"),
  SEQUENCE("a Hadoop sequence file", Remedy.CONVERT, "53455104 53455105 53455106"),
  SQLITE("a SQLite database", Remedy.CONVERT, "53514c69746520666f726d617420"),
  HDF5("an HDF5 file", Remedy.CONVERT, "894844460d0a1a0a"),
  OFFICE("a document of Office", Remedy.CONVERT, "d0cf11e0a1b11ae1"),
  /** The only one whose first bytes may all be text. */
  PDF("a PDF document", Remedy.CONVERT, "255044462d"),
  PICTURE("a picture", Remedy.REMOVE, "89504e470d0a1a0a ffd8ff 47494638");

  private enum Remedy {
    UNPACK("unpack it first"),
    CONVERT("convert it first"),
    REMOVE("remove it");

    private final String text;

    Remedy(String text) {
      this.text = text;
    }
  }

  private final String message;
  private final int at;

  /** In hexadecimal digits, with spaces in between. */
  private final String magics;

  ForeignFormat(String description, Remedy remedy, String magics) {
    this(description, remedy, 0, magics);
  }

  ForeignFormat(String description, Remedy remedy, int at, String magics) {
    this.message = "looks like " + description + "; " + remedy.text;
    this.at = at;
    this.magics = magics;
  }

  /** What files that begin so look like, and the remedy; null if they may be text. */
  static String message(byte[] head) {
    String digits = HexFormat.of().formatHex(head);
    boolean isText = TextEncoding.isPlain(head);
    for (ForeignFormat format : values()) {
      // A table may begin with a column PARENT_ID, or ORCHARD.
      boolean mayBe = !isText || format == PDF;
      if (mayBe
          && Arrays.stream(format.magics.split(" ", -1))
              .anyMatch(magic -> digits.startsWith(magic, 2 * format.at))) {
        return format.message;
      }
    }
    return null;
  }
}
