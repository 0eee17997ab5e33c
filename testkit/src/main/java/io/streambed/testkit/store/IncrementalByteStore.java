package io.streambed.testkit.store;

import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.EntrySource;
import io.streambed.entry.Schema;
import io.streambed.entry.StateRenames;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.Recovery;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.StreamHandle;
import io.streambed.store.MemoryBudget;
import io.streambed.store.StoreContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A {@link ByteStore} whose checkpoints can be files: each has the entries of one state in some key
 * groups, as a container, and is written again only when those have changed.
 */
final class IncrementalByteStore<K> extends ByteStore<K> implements IncrementalStore {
  private final WrittenContent written = new WrittenContent();

  IncrementalByteStore(StoreContext<K> context, Supplier<MemoryBudget.Lease> leases) {
    super(context, leases);
  }

  @Override
  public String name() {
    return ByteStoreFactory.NAME;
  }

  @Override
  public FrozenFiles freezeFiles(long checkpointId) {
    return new ByteFrozenFiles(freezeUnfiltered(), context.range(), written);
  }

  @Override
  public Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
      throws IOException {
    return ByteManifest.open(handle, inputs).schema();
  }

  @Override
  public Recovery restore(
      List<KeyedStateHandle.Incremental> handles,
      SnapshotInputs inputs,
      RestoreProgress progress,
      StateRenames renames)
      throws IOException {
    context.requireOpen();
    if (!entries.isEmpty() || !carried().isEmpty()) {
      throw new IllegalStateException("files are restored into a store without entries");
    }
    List<ByteManifest> manifests = new ArrayList<>();
    for (KeyedStateHandle.Incremental handle : handles) {
      ByteManifest manifest = ByteManifest.open(handle, inputs);
      manifests.add(manifest);
      // Before a file is read: refuses states that do not fit, and brings those without entries.
      load(renames.apply(new NoEntries(manifest.schema())));
    }
    long total = manifests.stream().mapToLong(ByteManifest::bytes).sum();
    long done = 0;
    for (ByteManifest manifest : manifests) {
      for (ByteManifest.File file : manifest.files()) {
        if (file.range().intersects(context.range())) {
          load(file, inputs, renames);
          written.add(file.digest(), file.content());
        }
        done += file.content().length();
        progress.advanced(done, total);
      }
    }
    return Recovery.complete(total);
  }

  private void load(ByteManifest.File file, SnapshotInputs inputs, StateRenames renames)
      throws IOException {
    StreamHandle.Shared content = file.content();
    KeyGroupRange range = file.range();
    try (KeyedContainerReader reader =
        KeyedContainerReader.open(new KeyedStateHandle.Container(range, content), inputs)) {
      load(renames.apply(reader));
    }
  }

  /** The declarations of a checkpoint without its entries. */
  private record NoEntries(Schema schema) implements EntrySource {
    @Override
    public EntryCursor entries(int keyGroup) {
      return new EntryCursor() {
        @Override
        public boolean advance() {
          return false;
        }

        @Override
        public int state() {
          throw new IllegalStateException("there is no entry");
        }

        @Override
        public Entry entry() {
          throw new IllegalStateException("there is no entry");
        }
      };
    }
  }
}
