package io.github.millrace.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Runs command lines of one program in this JVM, one after the other, as {@link WarmSubmit} asks
 * for them: each line of the input names a directory with the arguments, in which the outputs come
 * to lie, and at last the exit status. Uses nothing but the JDK, for it stands beside the program's
 * JAR.
 */
public final class WarmMain {
  static final String ARGUMENTS = "arguments";
  static final String STDOUT = "stdout.log";
  static final String STDERR = "stderr.log";
  static final String STATUS = "status";
  static final String SEPARATOR = "\0";

  private WarmMain() {}

  /**
   * Serves until the input ends.
   *
   * @param args the program's main class, which has a {@code static int run(String...)} that
   *     returns the exit status
   */
  public static void main(String[] args) throws Exception {
    Method program =
        Class.forName(args[0], true, Thread.currentThread().getContextClassLoader())
            .getMethod("run", String[].class);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      Path dir = Path.of(line);
      int status = status(program, dir);
      Path written = Files.writeString(dir.resolve("." + STATUS), Integer.toString(status));
      Files.move(written, dir.resolve(STATUS));
    }
    System.exit(0);
  }

  private static int status(Method program, Path dir) throws IOException {
    PrintStream out = System.out;
    PrintStream err = System.err;
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    try (PrintStream newOut = new PrintStream(Files.newOutputStream(dir.resolve(STDOUT)), true);
        PrintStream newErr = new PrintStream(Files.newOutputStream(dir.resolve(STDERR)), true)) {
      System.setOut(newOut);
      System.setErr(newErr);
      return (int) program.invoke(null, (Object) arguments(dir));
    } catch (InvocationTargetException | IllegalAccessException e) {
      e.printStackTrace(err);
      return 1;
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.setProperties(properties);
    }
  }

  private static String[] arguments(Path dir) throws IOException {
    String text = Files.readString(dir.resolve(ARGUMENTS));
    return text.isEmpty() ? new String[0] : text.split(SEPARATOR, -1);
  }
}
