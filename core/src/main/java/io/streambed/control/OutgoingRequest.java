package io.streambed.control;

import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A request to a job that another process runs.
 *
 * <p>Threading: one thread, which a disk may hold.
 */
public final class OutgoingRequest {
  private final ControlDirectory directory;
  private final ControlRequest request;

  /**
   * A request that is not sent yet.
   *
   * @param files the file system
   * @param root the job's directory of checkpoints
   * @param request what is asked for
   */
  public OutgoingRequest(FileSystem files, Path root, ControlRequest request) {
    this.directory = ControlDirectory.in(files, root);
    this.request = request;
  }

  /**
   * Whether the job looks for requests at all.
   *
   * @return false if it has made no directory for them
   */
  public boolean canBeSent() {
    return directory.files().isDirectory(directory.path());
  }

  /**
   * Puts the request where the job looks for it.
   *
   * @param unique an id never used before, for the file while it is written
   * @throws StorageException if it cannot be written: then the job never sees it
   */
  public void send(UUID unique) {
    Path path = directory.request(request.id());
    try {
      try {
        directory.writeUnsynced(path, ControlFormat.bytes(request), unique);
      } catch (NoSuchFileException e) {
        // A job that has just started removes what was left half written, and took this for it.
        directory.writeUnsynced(path, ControlFormat.bytes(request), unique);
      }
    } catch (IOException e) {
      throw new StorageException("Writing the request " + path, e);
    }
  }

  /**
   * Takes the request back.
   *
   * @return true if the job will not do it; false if it has taken the request already
   * @throws StorageException if that cannot be told
   */
  public boolean withdraw() {
    Path path = directory.request(request.id());
    try {
      directory.files().delete(path);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new StorageException("Withdrawing the request " + path, e);
    }
  }

  /**
   * What the job says so far.
   *
   * @return its newest answer; empty if there is none
   * @throws StorageException if it cannot be read
   * @throws io.streambed.error.CorruptionException if it is damaged
   * @throws StreambedException if it cannot be understood
   */
  public Optional<ControlAnswer> answer() {
    Path path = directory.answer(request.id());
    try {
      return Optional.of(ControlFormat.readAnswer(directory.files(), path).answer());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageException("Reading the answer " + path, e);
    }
  }

  /**
   * Removes the answer once nobody needs it. What cannot be removed the job removes later.
   *
   * @return whether it is gone
   */
  public boolean removeAnswer() {
    try {
      directory.files().delete(directory.answer(request.id()));
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
