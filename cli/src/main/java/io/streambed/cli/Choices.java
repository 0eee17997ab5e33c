package io.streambed.cli;

import io.streambed.file.Compression;
import io.streambed.zstd.ZstdCompression;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options with a closed set of values. */
final class Choices {
  private Choices() {}

  /** Reads one of some values by its text; the message for any other names them all. */
  static <E extends Enum<E>> ITypeConverter<E> converter(E[] values) {
    return text -> {
      for (E value : values) {
        if (value.toString().equals(text)) {
          return value;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of " + Arrays.toString(values));
    };
  }

  /** Where keyed state is kept while a job runs. */
  enum Backend {
    HEAP,
    ROCKSDB;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether checkpoints may refer to files of earlier ones. */
  enum CheckpointMode {
    INCREMENTAL,
    FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is done about a malformed line. */
  enum OnBadRecord {
    SKIP,
    FAIL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How snapshots are compressed. */
  enum CompressionChoice {
    NONE(Compression.NONE),
    DEFLATE(Compression.DEFLATE),
    ZSTD(new ZstdCompression());

    final Compression compression;

    CompressionChoice(Compression compression) {
      this.compression = compression;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** From where a Flink cluster loads Streambed. */
  enum PluginIn {
    LIB,
    JOB;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
