package io.streambed.cli.inspect;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a checkpoint holds, as {@code inspect} shows it and writes it as JSON. The names of the
 * components are those of the JSON.
 *
 * @param path where it is
 * @param checkpointId its id
 * @param job the job's name
 * @param jobId the job's id
 * @param time when it was triggered, in UTC
 * @param type checkpoint or savepoint
 * @param attempt which claim of the directory wrote it
 * @param storesNeeded the stores whose own files it refers to, which alone restore it; empty if any
 *     store does
 * @param operators in the metadata's order
 */
public record CheckpointReport(
    String path,
    long checkpointId,
    String job,
    String jobId,
    String time,
    String type,
    long attempt,
    List<String> storesNeeded,
    List<Operator> operators) {
  /**
   * One operator.
   *
   * @param id its id
   * @param parallelism number of subtasks that wrote
   * @param maxParallelism number of key groups
   * @param key the keys' serializer; null without keyed state
   * @param files number of its files, shared ones included; streams kept in the metadata are none
   * @param bytes size of all its streams, as written
   * @param inSharedDirectory those of its files that other checkpoints may refer to as well, for
   *     what this one says; a restore needs them all
   * @param subtaskBytes size of the streams of each subtask, as written
   * @param keyGroups how entries are spread; null where that is not known without reading them
   * @param splits where a source goes on; empty for others
   * @param pending what a sink makes visible after a restore, unless that was done; empty for
   *     others
   * @param states of all subtasks together
   */
  record Operator(
      String id,
      int parallelism,
      int maxParallelism,
      String key,
      long files,
      long bytes,
      Files inSharedDirectory,
      List<Long> subtaskBytes,
      KeyGroups keyGroups,
      List<Split> splits,
      List<Pending> pending,
      List<State> states) {}

  /**
   * Some files.
   *
   * @param number how many
   * @param bytes their size
   */
  record Files(long number, long bytes) {
    static final Files NONE = new Files(0, 0);

    Files plus(Files other) {
      return new Files(number + other.number, bytes + other.bytes);
    }
  }

  /**
   * How the entries of an operator's keyed state are spread over its key groups.
   *
   * @param withEntries how many key groups have any
   * @param entries of all of them
   * @param largest the key group with the most, from 0
   * @param largestEntries how many it has
   */
  record KeyGroups(int withEntries, long entries, int largest, long largestEntries) {
    /** Null if there are no entries. */
    static KeyGroups of(Map<Integer, Long> entriesByGroup) {
      long all = entriesByGroup.values().stream().mapToLong(Long::longValue).sum();
      return entriesByGroup.entrySet().stream()
          .max(Map.Entry.comparingByValue())
          .map(largest -> largest(entriesByGroup.size(), all, largest))
          .orElse(null);
    }

    private static KeyGroups largest(int groups, long all, Map.Entry<Integer, Long> largest) {
      return new KeyGroups(groups, all, largest.getKey(), largest.getValue());
    }
  }

  /**
   * A split of a source.
   *
   * @param split its id
   * @param position where to go on, in the source's own terms; null if nothing was read yet
   */
  record Split(String split, String position) {}

  /**
   * Something that a sink has written and not yet made visible.
   *
   * @param checkpointId the checkpoint that makes it visible
   * @param name what the sink knows it by
   * @param length its size in bytes
   */
  record Pending(long checkpointId, String name, long length) {}

  /**
   * One state of an operator.
   *
   * @param name its name; {@link #SHARED} for what lies in files that several states share
   * @param kind its kind
   * @param serializers of namespace, user key and value, as far as it has them
   * @param entries of all subtasks; a run of list elements may count as one. In a store's own files
   *     each write of a key that is still there counts, deletions too
   * @param bytes their size before compression; of a store's own files, that of the files
   * @param levels a store's own files, by level; empty if the state is in containers
   */
  record State(
      String name,
      String kind,
      Map<String, String> serializers,
      long entries,
      long bytes,
      SortedMap<Integer, Files> levels) {
    /**
     * The RocksDB store keeps the states beyond its first ones together: of their entries and bytes
     * only the sum is known.
     */
    static final String SHARED = "(states that share files)";

    State plus(State other) {
      SortedMap<Integer, Files> all = new TreeMap<>(levels);
      other.levels.forEach((level, files) -> all.merge(level, files, Files::plus));
      return new State(name, kind, serializers, entries + other.entries, bytes + other.bytes, all);
    }

    /** All levels together. */
    Files files() {
      return levels.values().stream().reduce(Files.NONE, Files::plus);
    }
  }

  /**
   * Reads what a checkpoint says of itself: its metadata, and of each container the beginning and
   * the end.
   *
   * @param checkpoint the checkpoint
   * @return what it holds
   * @throws CorruptionException if any of that is damaged
   * @throws StorageException if it cannot be read
   */
  public static CheckpointReport of(OpenedCheckpoint checkpoint) {
    return of(
        checkpoint,
        damage -> {
          throw damage;
        });
  }

  /** The same; what is damaged is left out, and told. */
  static CheckpointReport of(OpenedCheckpoint checkpoint, Consumer<CorruptionException> damages) {
    CheckpointMetadata metadata = checkpoint.metadata();
    TreeSet<String> stores = new TreeSet<>();
    List<Operator> operators = new ArrayList<>();
    try {
      for (OperatorSnapshot operator : metadata.operators()) {
        OperatorReader reader = new OperatorReader(checkpoint.inputs(), damages);
        operators.add(reader.read(operator));
        stores.addAll(reader.storesNeeded());
      }
    } catch (IOException e) {
      throw new StorageException("Reading the checkpoint " + checkpoint.location(), e);
    }
    return new CheckpointReport(
        checkpoint.location(),
        metadata.checkpointId(),
        metadata.job().name(),
        metadata.job().id().toString(),
        Instant.ofEpochMilli(metadata.timestampMillis()).toString(),
        name(metadata.type()),
        metadata.attempt(),
        List.copyOf(stores),
        operators);
  }

  /** The size of all streams of all operators, as written. */
  long bytes() {
    return operators.stream().mapToLong(Operator::bytes).sum();
  }

  /** The number of all files of all operators. */
  long files() {
    return operators.stream().mapToLong(Operator::files).sum();
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
