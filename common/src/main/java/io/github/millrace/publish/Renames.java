package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.LedgerEntry.Move;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Makes the renames of one unit, each unless an earlier attempt has, or another does just now.
 * Those whose order does not matter are made by several threads: a unit may have thousands, and
 * each takes a few answers of the file system, which are mostly waited for.
 */
final class Renames {
  private static final int THREADS = 8;

  /** Up to so many are made sooner than the threads. */
  private static final int FEW = 4;

  private final Configuration hadoop;
  private final Map<Path, AtomicBoolean> made = new ConcurrentHashMap<>();

  Renames(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Makes all; where one fails, those that are begun are ended, and no more are begun. */
  void make(List<Move> moves) throws IOException {
    int begin = 0;
    while (begin < moves.size()) {
      int end = begin + 1;
      while (end < moves.size() && moves.get(begin).anyOrder() && moves.get(end).anyOrder()) {
        end++;
      }
      makeInAnyOrder(moves.subList(begin, end));
      begin = end;
    }
  }

  private void makeInAnyOrder(List<Move> moves) throws IOException {
    Queue<Move> waiting = new ConcurrentLinkedQueue<>(moves);
    if (moves.size() <= FEW) {
      drain(waiting);
      return;
    }
    int threads = Math.min(THREADS, moves.size());
    ExecutorService pool = Executors.newFixedThreadPool(threads, Renames::thread);
    try {
      CompletionService<Void> draining = new ExecutorCompletionService<>(pool);
      for (int i = 0; i < threads; i++) {
        draining.submit(() -> drain(waiting));
      }
      await(draining, threads);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Which does not keep a process from its end: the next one completes the unit. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "millrace-rename");
    thread.setDaemon(true);
    return thread;
  }

  private Void drain(Queue<Move> waiting) throws IOException {
    try {
      for (Move move = waiting.poll(); move != null; move = waiting.poll()) {
        make(move);
      }
      return null;
    } finally {
      // After a failure, for the other threads too.
      waiting.clear();
    }
  }

  /** Waits for all threads, whatever becomes of one. */
  private static void await(CompletionService<Void> draining, int threads) throws IOException {
    Throwable failure = null;
    for (int i = 0; i < threads; i++) {
      try {
        draining.take().get();
      } catch (ExecutionException e) {
        if (failure == null) {
          failure = e.getCause();
        } else {
          failure.addSuppressed(e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while files were renamed");
      }
    }
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  private void make(Move move) throws IOException {
    Path from = new Path(move.from());
    Path to = new Path(move.to());
    FileSystem fs = Storage.of(to, hadoop);
    if (!fs.exists(from)) {
      if (!fs.exists(to)) {
        throw new JobException(
            ExitCode.INTEGRITY,
            "neither " + from + " nor " + to + " exists; restore one and start again");
      }
      return;
    }
    makeDirectory(to.getParent(), fs);
    if (!fs.exists(to)) {
      Storage.renameIfThere(from, to, fs);
    } else if (move.replaces()) {
      replace(from, to);
    } else if (fs.exists(from)) {
      throw new JobException(
          ExitCode.INTEGRITY,
          to + " exists though it was never published; move it away and start again");
    }
  }

  /** Once; another thread with a file for it waits until it is there. */
  private void makeDirectory(Path directory, FileSystem fs) throws IOException {
    AtomicBoolean done = made.computeIfAbsent(directory, path -> new AtomicBoolean());
    synchronized (done) {
      if (!done.get()) {
        fs.mkdirs(directory);
        done.set(true);
      }
    }
  }

  private void replace(Path from, Path to) throws IOException {
    try {
      Storage.replace(from, to, hadoop);
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Another has.
    }
  }
}
