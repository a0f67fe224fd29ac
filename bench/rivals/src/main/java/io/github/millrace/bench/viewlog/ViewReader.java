package io.github.millrace.bench.viewlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Takes from a view what a report needs; used again for each. */
final class ViewReader {
  private static final JsonFactory JSON = new JsonFactory();

  private long start;
  private long end;
  private int campaign;

  /** Reads a view; false if it is not a JSON object that has a campaign and both timestamps. */
  boolean read(byte[] value) throws IOException {
    start = Timestamps.NONE;
    end = Timestamps.NONE;
    campaign = -1;
    try (JsonParser json = JSON.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_STRING && name.equals("start_timestamp")) {
          start = Timestamps.micros(json.getText());
        } else if (token == JsonToken.VALUE_STRING && name.equals("end_timestamp")) {
          end = Timestamps.micros(json.getText());
        } else if (token == JsonToken.VALUE_NUMBER_INT && name.equals("campaign_id")) {
          campaign = json.getIntValue();
        } else {
          json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      return false;
    }
    return start != Timestamps.NONE && end != Timestamps.NONE && campaign >= 0;
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  int campaign() {
    return campaign;
  }
}
