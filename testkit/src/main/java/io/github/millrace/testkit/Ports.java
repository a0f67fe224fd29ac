package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports of this machine. */
public final class Ports {

  private static final int FIRST = 10_000;

  /** On Linux; elsewhere they begin later. */
  private static final int FIRST_OF_CLIENTS = 32_768;

  private static final int MOST_TRIES = 1_000;

  private Ports() {}

  /**
   * Returns that many different ports that nothing listened on just now. They are none of those
   * that an operating system gives to clients: a connection that is made before the server binds
   * its port cannot take it.
   */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // Held all at once, so that no port is handed out twice.
      for (int tries = 0; held.size() < count; tries++) {
        try {
          int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST_OF_CLIENTS);
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
          if (tries > MOST_TRIES) {
            throw e;
          }
        }
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find " + count + " free ports", e);
    } finally {
      held.forEach(Ports::release);
    }
  }

  public static int free() {
    return free(1).get(0);
  }

  /** Returns whether something on this machine accepts connections on that port. */
  static boolean listening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release port " + socket.getLocalPort(), e);
    }
  }
}
