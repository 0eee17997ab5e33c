package io.streambed.file;

import io.streambed.error.StreambedException;

/** A file was written with a compression that is not on the class path. */
public final class UnknownCompressionException extends StreambedException {
  private static final long serialVersionUID = 1L;

  UnknownCompressionException(String name) {
    super(message(name));
  }

  UnknownCompressionException(String resource, UnknownCompressionException cause) {
    super(resource + ": " + cause.getMessage(), cause);
  }

  private static String message(String name) {
    String library =
        name.equals("zstd")
            ? "add the artifact io.streambed:streambed-zstd"
            : "add a library that provides io.streambed.file.Compression under this name";
    return "the compression \""
        + name
        + "\" is not on the class path: "
        + library
        + ". Built in are \"none\" and \"deflate\"";
  }
}
