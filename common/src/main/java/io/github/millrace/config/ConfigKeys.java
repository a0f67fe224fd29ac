package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of a configuration record: its components, where one that is {@link JsonUnwrapped}
 * stands for its own, so that jobs share keys and not a level.
 */
final class ConfigKeys {
  private ConfigKeys() {}

  static List<RecordComponent> of(Class<?> type) {
    List<RecordComponent> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (isUnwrapped(component)) {
        keys.addAll(of(component.getType()));
      } else {
        keys.add(component);
      }
    }
    return keys;
  }

  static boolean isUnwrapped(RecordComponent component) {
    return component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
  }

  /** The key of a property that a path of components leads to. */
  static String path(Class<?> type, String properties) {
    String[] names = properties.split("\\.", 2);
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(names[0]) && names.length == 2) {
        String inner = path(component.getType(), names[1]);
        return isUnwrapped(component) ? inner : names[0] + "." + inner;
      }
    }
    return properties;
  }
}
