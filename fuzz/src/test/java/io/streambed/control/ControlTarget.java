package io.streambed.control;

import io.streambed.file.FileSystem;
import io.streambed.fuzz.FramedFile;
import io.streambed.fuzz.FuzzTarget;
import io.streambed.fuzz.MemoryDisk;
import io.streambed.fuzz.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Requests to a job and its answers: each input is read as both. */
public final class ControlTarget implements FuzzTarget {
  private static final Path ROOT = Path.of("/fuzzed");
  private static final UUID ID = new UUID(0x5EED, 10);
  private static final JobAttempt ATTEMPT = new JobAttempt(new UUID(1, 2), 3);

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    ControlAnswer failed = ControlAnswer.failed("no", Optional.of("/savepoint-1"));
    for (ControlAnswer answer : List.of(failed, ControlAnswer.TAKEN)) {
      byte[] file = ControlFormat.bytes(new ControlFormat.Given(ATTEMPT, ID, answer), ID);
      seeds.add(FramedFile.ofFile(file, ControlFormat.ANSWER).toInput());
    }
    seeds.addAll(requests());
    return seeds;
  }

  private static List<byte[]> requests() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (ControlRequest.Kind kind : ControlRequest.Kind.values()) {
      byte[] file = ControlFormat.bytes(new ControlRequest(ID, ATTEMPT, kind));
      seeds.add(FramedFile.ofFile(file, ControlFormat.REQUEST).toInput());
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) throws IOException {
    FramedFile content = FramedFile.of(input);
    boolean offered = request(content.write(ControlFormat.REQUEST, ID));
    if (!offered && requests().stream().anyMatch(seed -> Arrays.equals(seed, input))) {
      throw new AssertionError("a request that can be read is not given");
    }
    Path path = ROOT.resolve("answer");
    FileSystem answers = MemoryDisk.with(path, content.write(ControlFormat.ANSWER, ID));
    Trial.naming(path.toString(), () -> ControlFormat.readAnswer(answers, path));
  }

  /**
   * Whether a request is given; a job refuses by an answer what it cannot read, and never fails.
   */
  private static boolean request(byte[] file) throws IOException {
    ControlDirectory directory =
        ControlDirectory.in(MemoryDisk.with(ROOT.resolve("x"), file), ROOT);
    MemoryDisk.put(directory.files(), directory.request(ID), file);
    IncomingRequests requests =
        new IncomingRequests(directory.files(), ROOT, ATTEMPT, MemoryDisk.ids());
    List<ControlRequest> given = requests.look();
    given.forEach(requests::take);
    if (requests.look().size() > 0) {
      throw new AssertionError("a request is given again after it was taken or refused");
    }
    return !given.isEmpty();
  }
}
