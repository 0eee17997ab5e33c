package io.streambed.control;

import io.streambed.error.CorruptionException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that other processes put into the directory of a job, as the job sees them. Whatever
 * lies there, and whatever fails, the job goes on: it is logged. What was asked of an earlier
 * attempt, and what cannot be read, is refused and removed.
 *
 * <p>Threading: one thread, which a disk may hold. Cost: {@link #look()} lists the directory.
 */
public final class IncomingRequests {
  /** Requests that one look gives at most; the others wait for the next. */
  static final int AT_ONCE = 8;

  /** Answers of this attempt that are kept for those who do not remove them. */
  static final int KEPT_ANSWERS = 20;

  /** Files that are known to be of no use, so that each is told once. */
  static final int KNOWN_STRANGERS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(IncomingRequests.class);

  private final ControlDirectory directory;
  private final FileSystem files;
  private final JobAttempt self;
  private final Supplier<UUID> ids;
  private final Set<Path> strangers = new HashSet<>();
  private final Deque<UUID> answered = new ArrayDeque<>();
  private boolean cleaned;
  private boolean failing;

  /**
   * The requests to one attempt; nothing is touched yet.
   *
   * @param files the file system
   * @param root the job's directory of checkpoints
   * @param self the attempt, which holds the directory
   * @param ids draws identities, a new one at each call
   */
  public IncomingRequests(FileSystem files, Path root, JobAttempt self, Supplier<UUID> ids) {
    this.directory = ControlDirectory.in(files, root);
    this.files = files;
    this.self = self;
    this.ids = ids;
  }

  /**
   * Makes the directory of requests, unless it is there. Those who ask do not: whoever makes it
   * owns it, and only its owner may be able to remove requests from it.
   */
  public void open() {
    try {
      files.createDirectories(directory.path());
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be made, so nobody can stop this job by its directory", directory.path(), e);
    }
  }

  /**
   * Looks for requests. The first look removes what earlier attempts left.
   *
   * @return a new list of requests to this attempt, which are not taken yet; empty if there are
   *     none, or the directory cannot be read
   */
  public List<ControlRequest> look() {
    List<ControlRequest> found = new ArrayList<>();
    List<Path> paths = list();
    if (!cleaned && !paths.isEmpty()) {
      paths.forEach(this::removeLeftOver);
    }
    cleaned = true;
    for (Path path : paths) {
      Optional<UUID> id = ControlDirectory.requestId(path);
      if (id.isPresent() && !strangers.contains(path)) {
        read(path, id.get()).ifPresent(found::add);
      } else if (id.isEmpty()
          && ControlDirectory.answeredId(path).isEmpty()
          && !ControlDirectory.isTemporary(path)) {
        leaveAlone(path, "it is no request");
      }
      if (found.size() == AT_ONCE) {
        break;
      }
    }
    return found;
  }

  private List<Path> list() {
    try {
      List<Path> paths = files.list(directory.path());
      failing = false;
      return paths;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      if (!failing) {
        LOG.warn(
            "{} cannot be read, so nobody can stop this job by its directory until it can",
            directory.path(),
            e);
      }
      failing = true;
      return List.of();
    }
  }

  /**
   * An answer stays for one attempt more: who asked the one before may not have read it yet. Nobody
   * but an earlier attempt, or a process that asked one, can have left a temporary file.
   */
  private void removeLeftOver(Path path) {
    try {
      if (ControlDirectory.isTemporary(path)
          || ControlDirectory.answeredId(path).isPresent() && isOldAnswer(path)) {
        files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // Whoever asked has removed it.
    } catch (IOException e) {
      LOG.warn("{} cannot be removed", path, e);
    }
  }

  private boolean isOldAnswer(Path path) throws IOException {
    if (!files.isFile(path)) {
      return false;
    }
    try {
      JobAttempt giver = ControlFormat.readAnswer(files, path).attempt();
      return !giver.jobId().equals(self.jobId()) || giver.attempt() < self.attempt() - 1;
    } catch (StreambedException e) {
      return true;
    }
  }

  private Optional<ControlRequest> read(Path path, UUID id) {
    if (!files.isFile(path)) {
      if (files.exists(path)) {
        leaveAlone(path, "it is no file");
      }
      return Optional.empty();
    }
    try {
      ControlRequest request = ControlFormat.readRequest(files, path, id);
      if (request.attempt().equals(self)) {
        return Optional.of(request);
      }
      refuse(
          path,
          id,
          "the request was meant for attempt "
              + request.attempt().attempt()
              + " of job "
              + request.attempt().jobId()
              + ", and the directory is now held by attempt "
              + self.attempt()
              + " of job "
              + self.jobId()
              + ". Ask again.");
    } catch (NoSuchFileException e) {
      return Optional.empty(); // Withdrawn.
    } catch (IOException | StreambedException e) {
      refuse(path, id, "the request cannot be read: " + why(e));
    }
    return Optional.empty();
  }

  /** What an error says of checkpoints, and how to bring them back, is of no use here. */
  private static String why(Exception e) {
    return e instanceof CorruptionException ? "it is damaged. Ask again." : e.getMessage();
  }

  private void refuse(Path path, UUID id, String reason) {
    LOG.warn("The request {} is refused and removed: {}", path, reason);
    if (remove(path)) {
      answer(id, ControlAnswer.failed(reason, Optional.empty()));
    }
  }

  /**
   * Takes a request, which is then to be carried out. The process that asked cannot withdraw it any
   * more, and learns that it was taken.
   *
   * @param request what {@link #look()} gave
   * @return false if it was withdrawn, or cannot be removed: then it is not to be carried out
   */
  public boolean take(ControlRequest request) {
    if (!remove(directory.request(request.id()))) {
      return false;
    }
    answer(request.id(), ControlAnswer.TAKEN);
    return true;
  }

  private boolean remove(Path path) {
    try {
      files.delete(path);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      // It would be found again and again, by later attempts too.
      leaveAlone(path, "it cannot be removed, and so is not carried out: " + e);
      return false;
    }
  }

  private void leaveAlone(Path path, String reason) {
    if (strangers.size() < KNOWN_STRANGERS && strangers.add(path)) {
      LOG.warn("{} is left alone: {}", path, reason);
    }
  }

  /**
   * Answers a request, in place of what was answered before. A failure is logged: the process that
   * asked then goes without the answer.
   *
   * @param request the request's id
   * @param answer what to say
   */
  public void answer(UUID request, ControlAnswer answer) {
    UUID fileId = ids.get();
    try {
      directory.write(
          directory.answer(request),
          ControlFormat.bytes(new ControlFormat.Given(self, request, answer), fileId),
          fileId);
    } catch (IOException e) {
      LOG.warn("The answer to request {} cannot be written: {}", request, answer, e);
    }
    if (answer.isLast()) {
      answered.add(request);
      if (answered.size() > KEPT_ANSWERS) {
        forget(answered.remove());
      }
    }
  }

  private void forget(UUID request) {
    try {
      files.delete(directory.answer(request));
    } catch (NoSuchFileException e) {
      // The process that asked has removed it.
    } catch (IOException e) {
      LOG.warn("The answer to request {} cannot be removed", request, e);
    }
  }
}
