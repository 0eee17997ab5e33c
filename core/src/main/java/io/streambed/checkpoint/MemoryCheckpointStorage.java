package io.streambed.checkpoint;

import io.streambed.error.FencedException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Keeps checkpoints in memory, for tests and small jobs: they outlive an attempt of the job, not
 * the process. Locations are {@code memory:chk-<id>-<attempt>} and {@code
 * memory:savepoint-<id>-<attempt>}. Checkpoints share no files here, so that every snapshot stands
 * alone: a store that writes increments elsewhere writes containers.
 *
 * <p>Threading: any thread.
 */
public final class MemoryCheckpointStorage implements CheckpointStorage {
  /** The largest stream if none is given: 5 MiB. */
  public static final int DEFAULT_MAX_STATE_BYTES = 5 << 20;

  private static final String SCHEME = "memory:";

  private final int maxStateBytes;
  private final Supplier<UUID> ids;
  private final TreeMap<Long, OpenedCheckpoint> completed = new TreeMap<>();
  private final Map<String, OpenedCheckpoint> savepoints = new HashMap<>();
  private JobIdentity job;
  private long attempt;
  private Claim holder;

  /**
   * An empty storage.
   *
   * @param maxStateBytes the largest stream, from 1
   * @param ids draws identities, a new one at each call, from any thread
   */
  public MemoryCheckpointStorage(int maxStateBytes, Supplier<UUID> ids) {
    if (maxStateBytes < 1) {
      throw new IllegalArgumentException("maxStateBytes " + maxStateBytes + " is below 1");
    }
    this.maxStateBytes = maxStateBytes;
    this.ids = ids;
  }

  @Override
  public synchronized ClaimedCheckpoints claim(String jobName, Executor removals) {
    JobIdentity wanted = new JobIdentity(jobName, job == null ? ids.get() : job.id());
    if (job != null && !job.equals(wanted)) {
      throw new IncompatibleStateException(
          "the memory storage",
          "checkpoints of job \"" + job.name() + "\"",
          "those of job \"" + jobName + "\"",
          "Give each job a storage of its own.");
    }
    if (holder != null) {
      throw new FencedException(
          "the memory storage is held by another attempt of job \""
              + jobName
              + "\": close that one first");
    }
    job = wanted;
    attempt++;
    holder = new Claim();
    return holder;
  }

  @Override
  public boolean takesSavepoints() {
    return true;
  }

  @Override
  public synchronized OpenedCheckpoint open(String location) {
    for (OpenedCheckpoint checkpoint : completed.values()) {
      if (checkpoint.location().equals(location)) {
        return checkpoint;
      }
    }
    OpenedCheckpoint savepoint = savepoints.get(location);
    if (savepoint == null) {
      throw new StorageException("no checkpoint or savepoint \"" + location + "\" in memory");
    }
    return savepoint;
  }

  private static SnapshotInputs inputs(String location) {
    return handle -> {
      if (handle instanceof StreamHandle.Inline inline) {
        return FileInput.of(location + "/" + inline.fileId(), inline.content());
      }
      throw new IllegalArgumentException(handle + " is not in memory");
    };
  }

  private final class Claim implements ClaimedCheckpoints {
    private final List<Writer> writers = new ArrayList<>();
    private long lastBegun;

    @Override
    public JobIdentity job() {
      return job;
    }

    @Override
    public long attempt() {
      synchronized (MemoryCheckpointStorage.this) {
        return attempt;
      }
    }

    @Override
    public List<Long> completed() {
      synchronized (MemoryCheckpointStorage.this) {
        return List.copyOf(completed.keySet());
      }
    }

    @Override
    public Optional<OpenedCheckpoint> latest() {
      synchronized (MemoryCheckpointStorage.this) {
        checkHeld();
        return Optional.ofNullable(completed.lastEntry()).map(Map.Entry::getValue);
      }
    }

    @Override
    public CheckpointWriter begin(long checkpointId, SnapshotType type) {
      synchronized (MemoryCheckpointStorage.this) {
        checkHeld();
        long last = Math.max(lastBegun, completed.isEmpty() ? 0 : completed.lastKey());
        if (checkpointId <= last) {
          throw new IllegalArgumentException(
              "checkpoint " + checkpointId + " after " + last + ": ids ascend");
        }
        lastBegun = checkpointId;
        Writer writer = new Writer(this, checkpointId, type);
        writers.add(writer);
        return writer;
      }
    }

    @Override
    public Optional<CheckpointLease> lease(long checkpointId) {
      synchronized (MemoryCheckpointStorage.this) {
        // What was opened is kept by whoever has it.
        return completed.containsKey(checkpointId)
            ? Optional.of(CheckpointLease.NONE)
            : Optional.empty();
      }
    }

    @Override
    public void close() {
      synchronized (MemoryCheckpointStorage.this) {
        List.copyOf(writers).forEach(Writer::discard);
        if (holder == this) {
          holder = null;
        }
      }
    }

    private void checkHeld() {
      if (holder != this) {
        throw new IllegalStateException("the claim on the memory storage was given back");
      }
    }
  }

  private final class Writer implements CheckpointWriter {
    private final Claim claim;
    private final long checkpointId;
    private final SnapshotType type;
    private final String location;
    private final StreamLedger ledger;

    Writer(Claim claim, long checkpointId, SnapshotType type) {
      this.claim = claim;
      this.checkpointId = checkpointId;
      this.type = type;
      String name =
          type == SnapshotType.SAVEPOINT
              ? "savepoint-" + checkpointId + "-" + attempt
              : CheckpointList.directoryName(checkpointId, attempt);
      this.location = SCHEME + name;
      this.ledger = new StreamLedger("the checkpoint " + location);
    }

    @Override
    public long checkpointId() {
      return checkpointId;
    }

    @Override
    public String location() {
      return location;
    }

    @Override
    public SnapshotOutput create(String purpose) {
      StreamLedger.checkPurpose(purpose);
      UUID fileId = ids.get();
      MemoryContent content = new MemoryContent(purpose, fileId, maxStateBytes);
      return ledger.opened(
          new CheckpointOutput("the stream \"" + purpose + "\"", fileId, content, ledger));
    }

    @Override
    public CheckpointMetadata commit(
        long timestampMillis, List<OperatorSnapshot> operators, Set<Long> retain) {
      synchronized (MemoryCheckpointStorage.this) {
        claim.checkHeld();
        CheckpointMetadata metadata =
            new CheckpointMetadata(job, checkpointId, timestampMillis, type, attempt, operators);
        ledger.seal(operators);
        OpenedCheckpoint complete = new OpenedCheckpoint(location, metadata, inputs(location));
        if (type == SnapshotType.SAVEPOINT) {
          savepoints.put(location, complete);
        } else {
          completed.keySet().retainAll(new HashSet<>(retain));
          completed.put(checkpointId, complete);
        }
        ledger.committed();
        claim.writers.remove(this);
        return metadata;
      }
    }

    @Override
    public void discard() {
      synchronized (MemoryCheckpointStorage.this) {
        if (ledger.discard()) {
          ledger.closeStreams();
        }
        claim.writers.remove(this);
      }
    }
  }
}
