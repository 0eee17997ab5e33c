package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueueSourceTest extends SourceContract<Long> {
  private final QueueSource<String> queue = new QueueSource<>(3);

  @Override
  Source<String, Long> source(List<String> elements) throws InterruptedException {
    QueueSource<String> all = new QueueSource<>(Math.max(1, elements.size()));
    for (String element : elements) {
      all.push(element);
    }
    all.end();
    return all;
  }

  private static Thread await(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.yield();
    }
    return thread;
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
    return thread;
  }

  @Test
  void poll_nothingIsPushed_isIdleUntilTheFirstPush() throws Exception {
    SplitReader<String, Long> reader = wakeUps.open(queue, null);
    assertThat(reader.poll()).isEqualTo(Poll.IDLE);
    assertThat(reader.position()).isZero();
    queue.push("a");
    queue.push("b");
    assertThat(wakeUps.count()).isEqualTo(1);
    assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
    assertThat(reader.element()).isEqualTo("a");
    assertThat(reader.position()).isEqualTo(1);
    assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
    queue.push("c");
    assertThat(wakeUps.count()).as("it had not asked in vain since").isEqualTo(1);
    assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
    assertThat(reader.poll()).isEqualTo(Poll.IDLE);
    queue.end();
    assertThat(wakeUps.poll(reader)).isEqualTo(Poll.END);
    assertThat(reader.position()).isEqualTo(3);
  }

  @Test
  void offer_full_isRefusedUntilSomeAreAcknowledged() throws Exception {
    SplitReader<String, Long> reader = wakeUps.open(queue, null);
    for (String element : List.of("a", "b", "c")) {
      assertThat(queue.offer(element)).isTrue();
    }
    for (int i = 0; i < 3; i++) {
      reader.poll();
    }
    assertThat(queue.offer("d")).as("all are read, none is acknowledged").isFalse();
    assertThat(queue.acknowledged()).isZero();
    reader.acknowledge(2L);
    assertThat(queue.acknowledged()).isEqualTo(2);
    assertThat(queue.offer("d")).isTrue();
    assertThat(queue.offer("e")).isTrue();
    assertThat(queue.offer("f")).isFalse();
    queue.end();
    assertThat(wakeUps.rest(reader)).containsExactly("d", "e");
  }

  @Test
  void push_full_waitsForAnAcknowledgement() throws Exception {
    SplitReader<String, Long> reader = wakeUps.open(queue, null);
    Thread pusher = start(() -> push("a", "b", "c", "d"));
    while (reader.position() < 3) {
      wakeUps.poll(reader);
    }
    await(pusher);
    reader.acknowledge(1L);
    assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
    assertThat(reader.element()).isEqualTo("d");
    pusher.join();
  }

  private void push(String... elements) {
    try {
      for (String element : elements) {
        queue.push(element);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void push_interruptedWhileItWaits_addsNothing() throws Exception {
    push("a", "b", "c");
    FutureTask<Void> pushing =
        new FutureTask<>(
            () -> {
              queue.push("d");
              return null;
            });
    await(start(pushing)).interrupt();
    assertThatThrownBy(pushing::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    queue.end();
    assertThat(wakeUps.rest(wakeUps.open(queue, null))).containsExactly("a", "b", "c");
  }

  @Test
  void end_pushesThatWaitAndThoseThatCome_areRefused() throws Exception {
    push("a", "b", "c");
    FutureTask<Void> pushing =
        new FutureTask<>(
            () -> {
              queue.push("d");
              return null;
            });
    await(start(pushing));
    queue.end();
    assertThatThrownBy(pushing::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.push("e")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.offer("f"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
  }

  // ---- opened again

  @Test
  void open_again_goesOnAtAnyPositionThatIsKept() throws Exception {
    push("a", "b", "c");
    SplitReader<String, Long> reader = wakeUps.open(queue, null);
    wakeUps.poll(reader);
    wakeUps.poll(reader);
    reader.close();
    reader = wakeUps.open(queue, 1L);
    assertThat(queue.acknowledged()).as("a restored position is complete").isEqualTo(1);
    queue.end();
    assertThat(wakeUps.rest(reader)).containsExactly("b", "c");
    reader.close();
    for (Long gone : new Long[] {null, 0L, 4L}) {
      assertThatThrownBy(() -> wakeUps.open(queue, gone))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContainingAll("elements 1 to 3", "new queue");
    }
  }

  @Test
  void open_atAPositionInANewProcess_numbersOnFromIt() throws Exception {
    CompletableFuture<Long> first = new CompletableFuture<>();
    Thread asking =
        start(
            () -> {
              try {
                first.complete(queue.awaitFirstNumber());
              } catch (InterruptedException e) {
                first.completeExceptionally(e);
              }
            });
    await(asking);
    push("pushed before");
    SplitReader<String, Long> reader = wakeUps.open(queue, 1_000L);
    assertThat(first.get()).isEqualTo(1_000);
    assertThat(queue.acknowledged()).isEqualTo(1_000);
    push("pushed after");
    queue.end();
    assertThat(reader.position()).isEqualTo(1_000);
    assertThat(wakeUps.rest(reader)).containsExactly("pushed before", "pushed after");
    assertThat(reader.position()).isEqualTo(1_002);
    reader.acknowledge(1_001L);
    assertThat(queue.acknowledged()).isEqualTo(1_001);
    assertThat(queue.awaitFirstNumber()).isEqualTo(1_000);
  }

  @Test
  void open_whileItIsRead_isRefused() throws Exception {
    SplitReader<String, Long> reader = wakeUps.open(queue, null);
    assertThatThrownBy(() -> wakeUps.open(queue, null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a queue of its own");
    reader.close();
    wakeUps.open(queue, null).close();
  }

  // ---- in a job

  @Test
  void run_severalThreadsPushIntoASmallQueue_readsEveryElementOnce() throws Exception {
    QueueSource<Integer> small = new QueueSource<>(500);
    int pushers = 3;
    int each = 4_000;
    List<CompletableFuture<Void>> pushing = new ArrayList<>();
    for (int pusher = 0; pusher < pushers; pusher++) {
      int from = pusher * each;
      pushing.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < each; i++) {
                    small.push(from + i);
                  }
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              task -> new Thread(task).start()));
    }
    CompletableFuture.allOf(pushing.toArray(CompletableFuture[]::new)).thenRun(small::end);
    ConnectorJob job = new ConnectorJob();
    CollectingSink<Integer> sink = new CollectingSink<>();
    var result = job.run(job.failingJob(small, each / 2, sink));
    List<Integer> results = sink.results();
    assertThat(results)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, pushers * each).boxed().toList());
    for (int pusher = 0; pusher < pushers; pusher++) {
      int of = pusher;
      assertThat(results.stream().filter(n -> n / each == of)).as("in order").isSorted();
    }
    assertThat(result.restarts()).isBetween(1, 2);
    assertThat(small.acknowledged()).as("with the last checkpoint").isEqualTo(pushers * each);
  }
}
