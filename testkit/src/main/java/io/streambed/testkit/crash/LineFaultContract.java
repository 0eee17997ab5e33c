package io.streambed.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.StreambedException;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.fault.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The storage fails at the n-th operation of an attempt, from its claim to its end. Shorter or
 * longer: {@code -Dstreambed.fault.every=N}.
 */
public abstract class LineFaultContract {
  private enum Kind {
    NO_SPACE_ONCE(n -> Fault.noSpace().nth(n)),
    NO_SPACE_FOR_EVER(n -> Fault.noSpace().fromNth(n)),
    IO_ERROR_ONCE(n -> Fault.ioError().nth(n)),
    IO_ERROR_FOR_EVER(n -> Fault.ioError().fromNth(n)),
    FAILED_SYNC_ONCE(n -> syncFails().nth(n)),
    FAILED_SYNC_FOR_EVER(n -> syncFails().fromNth(n));

    private final IntFunction<Fault> fault;

    Kind(IntFunction<Fault> fault) {
      this.fault = fault;
    }

    private static Fault syncFails() {
      return Fault.ioError().on(Operation.Kind.SYNC, Operation.Kind.SYNC_DIRECTORY);
    }
  }

  private int every;
  private Recording recording;
  private SimulatedFileSystem origin;

  /** A contract over the backend that a subclass names. */
  protected LineFaultContract() {}

  /**
   * The backend under test.
   *
   * @return makes the backend of each attempt
   */
  protected abstract BackendUnderTest backend();

  /**
   * Which operations fail, where a test has no time for all: every so manieth.
   *
   * @return at least 1, which is all unless overridden
   */
  protected int every() {
    return 1;
  }

  @BeforeEach
  void record() {
    every = Integer.getInteger("streambed.fault.every", every());
    recording = new Recording(backend(), 2, 2).complete(2);
    origin = recording.files.crash(recording.files.log().size(), Survival.all());
  }

  @ParameterizedTest
  @EnumSource
  void fault_atAnyOperation_lastAcknowledgedStaysAndNextAttemptWorks(Kind kind) throws IOException {
    int typed = 0;
    int survived = 0;
    int disks = 0;
    // The first operation is one of the claim's, which fails with it: a sample meets errors too.
    for (int n = 1; ; n += every) {
      SimulatedFileSystem disk = origin.crash(0, Survival.all());
      disk.inject(kind.fault.apply(n));
      Attempt attempt = new Attempt(backend(), disk, recording);
      int before = disk.log().size();
      attempt.run();
      boolean unharmed = attempt.error == null && attempt.acknowledged == 4;
      int operations = disk.log().size() - before;
      disk.heal();
      try {
        disks += verify(disk, attempt, n);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(kind + " at operation " + n, e);
      }
      typed += attempt.error == null ? 0 : 1;
      survived += attempt.error == null ? 1 : 0;
      if (unharmed && n > operations) {
        break;
      }
    }
    System.out.printf(
        "%s: attempts ended by a typed error %d, gone on %d; disks taken over %d%n",
        kind, typed, survived, disks);
    assertThat(typed).isPositive();
  }

  private int verify(SimulatedFileSystem disk, Attempt attempt, int n) throws IOException {
    TakeOver takeOver = new TakeOver(backend(), attempt.models);
    int now = disk.log().size();
    int disks = 0;
    List<Survival> survivals = List.of(Survival.none(), Survival.all(), Survival.seeded(now));
    for (Survival survival : every == 1 ? survivals : survivals.subList(n % 3, n % 3 + 1)) {
      long restored = takeOver.verify(disk.crash(now, survival), 50, 2, TakeOver.Depth.READER);
      assertThat(restored).isBetween(attempt.acknowledged, attempt.begun);
      disks++;
    }
    assertThat(takeOver.verify(disk, 51, 3, TakeOver.Depth.NEXT))
        .isBetween(attempt.acknowledged, attempt.begun);
    return disks + 1;
  }

  @Test
  void restore_interruptedAtAnyOperation_leavesTheFilesAndWorksWhenRunAgain() throws IOException {
    SimulatedFileSystem disk = origin.crash(0, Survival.all());
    TakeOver takeOver = new TakeOver(backend(), recording.models);
    String whole = takeOver.restoredText(disk, 3);
    int operations = disk.log().size();
    Map<Path, ByteBuffer> files = TakeOver.contents(disk);
    for (int n = 1; n <= operations; n += every) {
      disk.inject(Fault.ioError().nth(n));
      assertThatThrownBy(() -> takeOver.restoredText(disk, 3))
          .isInstanceOf(StreambedException.class)
          .hasMessageContaining("Input/output error");
      disk.heal();
      assertThat(TakeOver.contents(disk)).isEqualTo(files);
      assertThat(disk.openHandles()).isZero();
      assertThat(takeOver.restoredText(disk, 3)).isEqualTo(whole);
    }
  }

  @Test
  @Tag("FLINK-19300")
  void restore_withShortReads_isWhole() {
    SimulatedFileSystem disk = origin.crash(0, Survival.all());
    TakeOver takeOver = new TakeOver(backend(), recording.models);
    String whole = takeOver.restoredText(disk, 1);
    disk.inject(Fault.shortReads(3));
    assertThat(takeOver.restoredText(disk, 1)).isEqualTo(whole);
  }
}
