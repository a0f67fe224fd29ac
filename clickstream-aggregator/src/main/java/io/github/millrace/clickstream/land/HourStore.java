package io.github.millrace.clickstream.land;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.millrace.publish.BatchState;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a feed's checkpoint keeps its {@link Hours}, and what others have to say about them. */
record HourStore(String checkpoint, Configuration hadoop) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How it stood once. */
  record Saved(long batch, int revision, Hours hours) {}

  /** What the batches up to one have left. */
  Saved after(long batch) throws IOException {
    Optional<BatchState.Saved> saved = state().after(batch);
    return saved.isEmpty() ? new Saved(batch, 0, Hours.NONE) : read(saved.get());
  }

  /** What all batches have left; empty if there was none. */
  Optional<Saved> latest() throws IOException {
    Optional<BatchState.Saved> saved = state().latest();
    return saved.isEmpty() ? Optional.empty() : Optional.of(read(saved.get()));
  }

  void save(Unit unit, long batch, int revision, Hours hours) throws IOException {
    state().save(unit, batch, revision, json(hours));
  }

  /** Says with a unit that is no batch of the stream that it has landed records in some hours. */
  void say(Unit unit, Collection<LocalDateTime> landed) throws IOException {
    if (!landed.isEmpty()) {
      ArrayNode content = JSON.createArrayNode();
      landed.forEach(hour -> content.add(hour.toString()));
      unit.file(new Path(said(), unit.name() + ".json"), said(), JSON.writeValueAsBytes(content));
    }
  }

  /** With what others have said since. */
  Hours withSaid(Hours hours) throws IOException {
    FileSystem fs = Storage.of(said(), hadoop);
    Set<LocalDateTime> landed = new TreeSet<>();
    Set<String> names = new TreeSet<>();
    try {
      for (FileStatus file : fs.listStatus(said())) {
        String name = file.getPath().getName();
        if (hours.taken().contains(name)) {
          fs.delete(file.getPath(), false);
        } else if (!name.startsWith(".")) {
          names.add(name);
          try (InputStream in = fs.open(file.getPath())) {
            JSON.readTree(in.readAllBytes())
                .forEach(hour -> landed.add(LocalDateTime.parse(hour.textValue())));
          }
        }
      }
    } catch (FileNotFoundException e) {
      // Nobody has said anything yet.
    }
    return hours.reopened(landed, names);
  }

  private BatchState state() {
    return new BatchState(new Path(checkpoint, "hours"), hadoop);
  }

  private Path said() {
    return new Path(checkpoint, "hours/landed-by-others");
  }

  private Saved read(BatchState.Saved file) throws IOException {
    JsonNode content = JSON.readTree(state().read(file));
    Map<Integer, Hours.Part> parts = new TreeMap<>();
    content
        .get("parts")
        .properties()
        .forEach(
            part ->
                parts.put(
                    Integer.valueOf(part.getKey()),
                    new Hours.Part(
                        Instant.parse(part.getValue().get("event").textValue()),
                        Instant.parse(part.getValue().get("read").textValue()))));
    TreeSet<LocalDateTime> open = new TreeSet<>();
    content.get("open").forEach(hour -> open.add(LocalDateTime.parse(hour.textValue())));
    Set<String> taken = new TreeSet<>();
    content.get("taken").forEach(name -> taken.add(name.textValue()));
    JsonNode through = content.get("through");
    return new Saved(
        file.batch(),
        file.revision(),
        new Hours(
            parts,
            through.isNull() ? null : LocalDateTime.parse(through.textValue()),
            open,
            taken));
  }

  private static byte[] json(Hours hours) throws JsonProcessingException {
    ObjectNode content = JSON.createObjectNode();
    ObjectNode parts = content.putObject("parts");
    hours
        .parts()
        .forEach(
            (number, part) ->
                parts
                    .putObject(number.toString())
                    .put("event", part.event().toString())
                    .put("read", part.read().toString()));
    content.put("through", hours.through() == null ? null : hours.through().toString());
    ArrayNode open = content.putArray("open");
    hours.open().forEach(hour -> open.add(hour.toString()));
    ArrayNode taken = content.putArray("taken");
    hours.taken().forEach(taken::add);
    return JSON.writeValueAsBytes(content);
  }
}
