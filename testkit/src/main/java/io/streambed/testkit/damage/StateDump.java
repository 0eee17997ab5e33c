package io.streambed.testkit.damage;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.operator.OperatorContainerReader;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;

/**
 * Everything that backends hold, one line an entry, sorted: states with their declarations, keys,
 * namespaces, values of all kinds, lists in their order, null values, timers, and what is carried
 * along for states that nobody opened. Two backends hold the same if and only if their dumps are
 * equal. The content is taken from a snapshot to memory, so it is the bytes that the next
 * checkpoint would hold.
 *
 * <p>Threading: the thread of the backends. Cost: a snapshot of each backend, its hexadecimal form
 * and a sort.
 */
public final class StateDump {
  private static final long CHECKPOINT_ID = 1;
  private static final UUID FILE_ID = new UUID(1, 1);
  private static final SnapshotOptions OPTIONS = SnapshotOptions.savepoint(Compression.NONE);
  private static final SnapshotStreams STREAMS = purpose -> new MemoryStream();
  private static final SnapshotInputs INPUTS =
      handle -> FileInput.of("memory", ((StreamHandle.Inline) handle).content());

  private final List<String> lines = new ArrayList<>();

  /** A dump of nothing yet. */
  public StateDump() {}

  /**
   * Adds a subtask's keyed state.
   *
   * @param title what its lines begin with, for instance operator and subtask
   * @param backend the state; not changed
   * @return this
   * @throws IOException never by the storage, which is memory
   * @throws io.streambed.error.StreambedException if the state cannot be written
   */
  public StateDump keyed(String title, KeyedStateBackend<?> backend) throws IOException {
    KeyedStateHandle.Container handle =
        (KeyedStateHandle.Container) run(backend.snapshot(CHECKPOINT_ID, STREAMS, OPTIONS));
    try (KeyedContainerReader reader = KeyedContainerReader.open(handle, INPUTS)) {
      List<StateSchema> states = reader.schema().states();
      for (StateSchema state : states) {
        lines.add(title + " declares " + state);
      }
      String[] list = {""};
      int[] index = {0};
      for (int group = reader.range().first(); group <= reader.range().last(); group++) {
        reader.read(
            group,
            (keyGroup, number, entry) -> {
              StateSchema state = states.get(number);
              String place =
                  title + " " + state.name() + " group " + keyGroup + place(state, entry);
              if (state.kind() == StateKind.LIST) {
                index[0] = place.equals(list[0]) ? index[0] + 1 : 0;
                list[0] = place;
                place += String.format(" [%08d]", index[0]);
              }
              lines.add(place + " = " + (entry.nullValue ? "null" : hex(entry.value)));
            });
      }
    }
    return this;
  }

  /** An entry's parts other than its value; which ones mean something is told by the kind. */
  private static String place(StateSchema state, Entry entry) {
    return (state.namespace() == null
            ? ""
            : " key " + hex(entry.key) + " namespace " + hex(entry.namespace))
        + (state.userKey() == null ? "" : " at " + hex(entry.userKey))
        + (state.expiry() == Expiry.NONE ? "" : " stamp " + entry.stamp);
  }

  /**
   * Adds a subtask's operator state.
   *
   * @param title what its lines begin with, for instance operator and subtask
   * @param backend the state; not changed
   * @return this
   * @throws IOException never by the storage, which is memory
   * @throws io.streambed.error.StreambedException if the state cannot be written
   */
  public StateDump operator(String title, OperatorStateBackend backend) throws IOException {
    OperatorStateHandle handle = run(backend.snapshot(CHECKPOINT_ID, STREAMS, OPTIONS));
    if (handle == null) {
      return this;
    }
    try (OperatorContainerReader reader = OperatorContainerReader.open(handle, INPUTS)) {
      reader.states().forEach(state -> lines.add(title + " declares " + state));
      reader.forEach(
          (schema, index, content) ->
              lines.add(
                  title + " " + schema.name() + String.format(" [%08d] = ", index) + hex(content)));
    }
    return this;
  }

  /**
   * The dump.
   *
   * @return one line an entry, sorted
   */
  public String text() {
    List<String> sorted = new ArrayList<>(lines);
    Collections.sort(sorted);
    return String.join("\n", sorted);
  }

  private static String hex(ByteView view) {
    return HexFormat.of().formatHex(view.array(), view.offset(), view.offset() + view.length());
  }

  private static <T> T run(RunnableFuture<T> snapshot) throws IOException {
    snapshot.run();
    try {
      return snapshot.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IOException("a snapshot to memory failed", e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException("a future that has run is not waited for", e);
    }
  }

  /** A stream that becomes a handle with its bytes in it. */
  private static final class MemoryStream extends SnapshotOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public UUID fileId() {
      return FILE_ID;
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes.write(source, offset, length);
    }

    @Override
    public StreamHandle finish(int checksum) {
      return new StreamHandle.Inline(FILE_ID, checksum, bytes.toByteArray());
    }

    @Override
    public void close() {}
  }
}
