package io.github.millrace.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a class warns of in its log, until closed. */
public final class Warnings extends AbstractAppender implements AutoCloseable {
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger;

  private Warnings(Logger logger) {
    super("warnings", null, null, false, Property.EMPTY_ARRAY);
    this.logger = logger;
    start();
    logger.addAppender(this);
  }

  public static Warnings of(Class<?> of) {
    return new Warnings((Logger) LogManager.getLogger(of));
  }

  @Override
  public void append(LogEvent event) {
    if (event.getLevel().equals(Level.WARN)) {
      lines.add(event.getMessage().getFormattedMessage());
    }
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.removeAppender(this);
    stop();
  }
}
