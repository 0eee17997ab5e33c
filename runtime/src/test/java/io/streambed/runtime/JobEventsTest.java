package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobEventsTest {
  private final List<JobEvent> heard = new CopyOnWriteArrayList<>();

  private static JobEvent.CheckpointTriggered event(long id) {
    return new JobEvent.CheckpointTriggered(id);
  }

  @Test
  void tell_inOrder_isHeardInOrderBeforeTheEnd() {
    JobEvents events = new JobEvents("small", JobProbe.NONE, heard::add);
    for (long id = 1; id <= JobEvents.QUEUED / 2; id++) {
      events.tell(event(id));
    }
    events.close();
    assertThat(heard).hasSize(JobEvents.QUEUED / 2).startsWith(event(1), event(2));
  }

  @Test
  void tell_whileTheListenerHangs_neverWaitsAndKeepsTheFirstOnes() {
    Hang hang = new Hang();
    JobEvents events =
        new JobEvents(
            "small",
            JobProbe.NONE,
            event -> {
              heard.add(event);
              hang.here();
            });
    events.tell(event(1));
    hang.awaitReached();
    for (long id = 2; id <= 2 * JobEvents.QUEUED; id++) {
      events.tell(event(id));
    }
    hang.release();
    events.close();
    assertThat(heard).startsWith(event(1), event(2), event(3)).hasSize(JobEvents.QUEUED + 1);
  }

  @Test
  void read_whileTheListenerIsBusy_tellsTheNewestNumberOfEachSourceOnly() {
    Hang hang = new Hang();
    JobEvents events =
        new JobEvents(
            "small",
            JobProbe.NONE,
            event -> {
              hang.here();
              heard.add(event);
            });
    events.tell(event(1));
    hang.awaitReached();
    for (int i = 0; i < 10; i++) {
      events.read("numbers", 64);
      events.read("names", 1);
    }
    hang.release();
    events.close();
    assertThat(heard)
        .startsWith(event(1))
        .containsExactlyInAnyOrder(
            event(1),
            new JobEvent.RecordsRead("numbers", 640, 650),
            new JobEvent.RecordsRead("names", 10, 650));
  }

  @Test
  void read_beforeAnEvent_isHeardBeforeItAndOnce() {
    JobEvents events = new JobEvents("small", JobProbe.NONE, heard::add);
    events.read("numbers", 64);
    events.tell(event(1));
    events.tell(event(2));
    events.close();
    assertThat(heard)
        .containsExactly(new JobEvent.RecordsRead("numbers", 64, 64), event(1), event(2));
  }

  @Test
  void read_withoutAnyEvent_isHeardWhileTheJobRuns() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(2);
    JobEvents events =
        new JobEvents(
            "small",
            JobProbe.NONE,
            event -> {
              heard.add(event);
              first.countDown();
              second.countDown();
            });
    events.read("numbers", 64);
    first.await();
    events.read("numbers", 1);
    second.await();
    assertThat(heard)
        .containsExactly(
            new JobEvent.RecordsRead("numbers", 64, 64),
            new JobEvent.RecordsRead("numbers", 65, 65));
    events.close();
  }

  @Test
  void tell_withAProbeThatThrows_failsWhoTells() {
    JobEvents events =
        new JobEvents(
            "small",
            event -> {
              throw new IllegalStateException("told to fail");
            },
            JobListener.NONE);
    assertThatThrownBy(() -> events.tell(event(1))).hasMessage("told to fail");
  }
}
