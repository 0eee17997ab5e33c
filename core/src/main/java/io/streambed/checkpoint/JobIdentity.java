package io.streambed.checkpoint;

import io.streambed.bytes.Names;
import java.util.Objects;
import java.util.UUID;

/**
 * Whose checkpoints these are.
 *
 * @param name the job's name, which the user keeps the same from run to run; never blank, at most
 *     {@value #MAX_NAME_LENGTH} characters
 * @param id drawn when the job first claims a directory
 */
public record JobIdentity(String name, UUID id) {
  /** The longest name, in characters. */
  public static final int MAX_NAME_LENGTH = 255;

  /** Checks the parts. */
  public JobIdentity {
    Objects.requireNonNull(id, "id");
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "a job's name has 1 to " + MAX_NAME_LENGTH + " characters, not all blank: " + name);
    }
    Names.check("job", name);
  }
}
