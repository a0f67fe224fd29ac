import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the lines of a file to a topic, each as a message of the time (UTC) that a field of it says. Run by
 * {@code java -cp CLASSPATH bin/send-lines.java BROKER TOPIC FILE FIELD}. Part of bin/demo-views.
 */
class SendLines {
  public static void main(String[] args) throws Exception {
    Pattern time = Pattern.compile("\"" + args[3] + "\": *\"([^\"]+)\"");
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", args[0]), bytes, bytes)) {
      for (String line : Files.readAllLines(Path.of(args[2]))) {
        Matcher found = time.matcher(line);
        if (!found.find()) {
          throw new IllegalArgumentException("no " + args[3] + " in: " + line);
        }
        long millis = LocalDateTime.parse(found.group(1).replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
        producer.send(new ProducerRecord<>(args[1], null, millis, null, line.getBytes(StandardCharsets.UTF_8))).get();
      }
    }
  }
}
