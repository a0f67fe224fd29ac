package io.github.millrace.testkit;

import java.io.IOException;

/** A real HDFS for as long as standard input is open. Prints {@code ready: URI}. */
public final class HdfsMain {
  private HdfsMain() {}

  public static void main(String[] args) throws IOException {
    try (Hdfs hdfs = Hdfs.start()) {
      System.out.println("ready: " + hdfs.uri(""));
      System.out.flush();
      // Ends with the harness, however that ends.
      System.in.readAllBytes();
    }
  }
}
