package io.github.millrace.config;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import java.util.Objects;

/**
 * How a stream goes on: keys that each job with a stream has, without a level of their own.
 *
 * @param checkpoint where it notes how far it is
 * @param trigger when it takes a batch; by default all there is at once
 * @param maxBadShare the share of records, 0 to 1, that may be bad; null for any short of all
 * @param deduplicate whether it drops records whose key it has seen; false by default
 */
public record StreamConfig(
    @NotBlank(message = "is missing; set it to a directory of the job's own") Location checkpoint,
    StreamTrigger trigger,
    @DecimalMin(value = "0", message = "must be from 0 to 1")
        @DecimalMax(value = "1", message = "must be from 0 to 1")
        Double maxBadShare,
    Boolean deduplicate) {

  public StreamConfig {
    trigger = Objects.requireNonNullElse(trigger, StreamTrigger.ALL_AVAILABLE);
    deduplicate = Objects.requireNonNullElse(deduplicate, false);
  }
}
