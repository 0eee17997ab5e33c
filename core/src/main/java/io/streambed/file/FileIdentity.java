package io.streambed.file;

import java.util.Objects;
import java.util.UUID;

/**
 * What a block file says it is.
 *
 * @param format four characters out of A-Z and 0-9 that name the format of its blocks
 * @param version that format's version, from 1 to 65,535
 * @param fileId the file's own id, never used twice
 */
public record FileIdentity(String format, int version, UUID fileId) {
  /** Checks the ranges. */
  public FileIdentity {
    Objects.requireNonNull(fileId, "fileId");
    if (!format.matches("[A-Z0-9]{4}")) {
      throw new IllegalArgumentException("format is four characters A-Z, 0-9: " + format);
    }
    if (version < 1 || version > 0xFFFF) {
      throw new IllegalArgumentException("version " + version + " is not in 1..65535");
    }
  }
}
