package io.github.millrace.bench.invoice;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The floor: one process without a framework, with a thread for each core, that takes a file,
 * parses it line by line with Jackson's streaming parser, writes CSV and copies that. An invoice
 * that is not JSON is passed over; nothing else is looked at. Arguments: input, output.
 */
public final class JacksonMain {
  private JacksonMain() {}

  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    long began = System.nanoTime();
    Path hive = Files.createDirectories(Path.of(args[1], "hive"));
    Path cassandra = Files.createDirectories(Path.of(args[1], "cassandra"));
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Void>> files = new ArrayList<>();
      try (DirectoryStream<Path> inputs = Files.newDirectoryStream(Path.of(args[0]), "[!_.]*")) {
        for (Path input : inputs) {
          String name = input.getFileName() + ".csv";
          files.add(threads.submit(flatten(input, hive.resolve(name), cassandra.resolve(name))));
        }
      }
      for (Future<Void> file : files) {
        file.get();
      }
    } finally {
      threads.shutdown();
    }
    System.out.printf(Locale.ROOT, "work: %.3f s%n", (System.nanoTime() - began) / 1e9);
  }

  private static Callable<Void> flatten(Path input, Path output, Path copy) {
    return () -> {
      try (InputStream in = Files.newInputStream(input);
          FlatCsv csv = new FlatCsv(Files.newBufferedWriter(output))) {
        InvoiceReader invoice = new InvoiceReader();
        Lines lines = new Lines(in);
        while (lines.next()) {
          if (invoice.read(lines.bytes(), lines.length())) {
            csv.write(invoice);
          }
        }
      }
      Files.copy(output, copy);
      return null;
    };
  }
}
