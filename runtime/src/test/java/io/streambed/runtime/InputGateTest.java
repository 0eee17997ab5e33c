package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class InputGateTest {
  private final InputGate gate = new InputGate();
  private final int first = gate.addChannel(0);
  private final int second = gate.addChannel(1);

  @Test
  void take_withMailAndBatch_runsTheMailFirst() {
    List<String> ran = new ArrayList<>();
    gate.put(first, List.of("a"));
    gate.post(() -> ran.add("mail"));
    assertThat(gate.take(0)).isNull();
    assertThat(ran).containsExactly("mail");
    assertThat(gate.take(0)).isEqualTo(new Batch(first, List.of("a")));
  }

  @Test
  void take_withABlockedChannel_givesTheOthersOnly() {
    gate.put(first, List.of("a"));
    gate.put(second, List.of("b"));
    gate.block(first);
    assertThat(gate.take(0)).isEqualTo(new Batch(second, List.of("b")));
    assertThat(gate.take(0)).isNull();
    gate.unblockAll();
    assertThat(gate.take(0)).isEqualTo(new Batch(first, List.of("a")));
  }

  @Test
  void take_ofChannels_takesTurns() {
    gate.put(first, List.of(1));
    gate.put(first, List.of(2));
    gate.put(second, List.of(3));
    assertThat(List.of(gate.take(0).channel(), gate.take(0).channel(), gate.take(0).channel()))
        .containsExactly(first, second, first);
  }

  @Test
  void put_intoAFullChannel_waitsUntilOneIsTaken() {
    CompletableFuture<Void> sender =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                gate.put(first, List.of(i));
              }
            });
    for (int i = 0; i < 1_000; i++) {
      assertThat(gate.take(60_000).items()).isEqualTo(List.of(i));
    }
    sender.join();
  }

  @Test
  void close_withASenderWaiting_endsTheWait() {
    CompletableFuture<Void> sender =
        CompletableFuture.runAsync(
            () -> {
              while (true) {
                gate.put(first, List.of(0));
              }
            });
    gate.take(60_000);
    gate.close();
    assertThatThrownBy(sender::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CancelledException.class);
    assertThatThrownBy(() -> gate.take(0)).isInstanceOf(CancelledException.class);
  }
}
