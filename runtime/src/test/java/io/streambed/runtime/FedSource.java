package io.streambed.runtime;

import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source for tests, whose splits a test feeds while the job runs. A number is its own time. */
final class FedSource implements Source<Long, Long> {
  private final Map<String, Feed> feeds = new ConcurrentSkipListMap<>();
  Duration discoveryInterval = Duration.ZERO;

  /** A split that readers find from now on. */
  Feed split(String id) {
    return feeds.computeIfAbsent(id, split -> new Feed());
  }

  /** What a split has given so far. */
  static final class Feed {
    private final List<Long> numbers = new CopyOnWriteArrayList<>();
    private volatile boolean ended;
    private volatile Runnable wakeUp = () -> {};
    final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();

    void give(long... more) {
      List<Long> added = new ArrayList<>();
      for (long number : more) {
        added.add(number);
      }
      numbers.addAll(added);
      wakeUp.run();
    }

    void end() {
      ended = true;
      wakeUp.run();
    }
  }

  @Override
  public List<String> splits() {
    return List.copyOf(feeds.keySet());
  }

  @Override
  public Duration discoveryInterval() {
    return discoveryInterval;
  }

  @Override
  public Serializer<Long> positionSerializer() {
    return Serializers.longs();
  }

  @Override
  public SplitReader<Long, Long> open(SplitContext<Long> context) {
    Feed feed = feeds.get(context.split());
    feed.wakeUp = context.wakeUp();
    feed.calls.add("open " + context.position().map(Object::toString).orElse("from the beginning"));
    return new SplitReader<>() {
      private int next = context.position().orElse(0L).intValue();

      @Override
      public Poll poll() {
        if (next < feed.numbers.size()) {
          next++;
          return Poll.ELEMENT;
        }
        return feed.ended ? Poll.END : Poll.IDLE;
      }

      @Override
      public Long element() {
        return feed.numbers.get(next - 1);
      }

      @Override
      public long timestampMillis() {
        return element();
      }

      @Override
      public long watermark() {
        return next == 0 ? NO_TIMESTAMP : feed.numbers.get(next - 1) - 1;
      }

      @Override
      public Long position() {
        return next == 0 ? null : (long) next;
      }

      @Override
      public void acknowledge(Long position) {
        feed.acknowledged.add(position);
      }

      @Override
      public void close() {
        feed.calls.add("close");
      }
    };
  }
}
