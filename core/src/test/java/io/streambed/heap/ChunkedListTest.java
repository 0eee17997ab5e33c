package io.streambed.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Lists of each kind of element against plain lists, with frozen heads checked at the end. */
class ChunkedListTest {
  private static final long SEED = Long.getLong("streambed.seed", 14L);
  private static final Serializer<List<Integer>> MUTABLE = Serializers.list(Serializers.ints());

  private final Epochs epochs = new Epochs();

  /** A list with its owner's rules: the head is copied before it is written in a later epoch. */
  private final class Owner<E> {
    final Serializer<E> serializer;
    final LongLane<E> lane;
    final boolean tracked;
    ChunkedList list = new ChunkedList(0);

    Owner(Serializer<E> serializer) {
      this.serializer = serializer;
      this.lane = serializer.longLane();
      this.tracked = lane == null && !serializer.immutable();
    }

    ChunkedList writable() {
      if (list.epoch <= epochs.maxFrozen) {
        list = list.copy(epochs.current());
      }
      return list;
    }

    void append(E element) {
      writable().append(element, lane, tracked, epochs.current());
    }

    Iterable<E> read() {
      return (tracked ? writable() : list).elements(lane, serializer, epochs);
    }

    List<E> raw(ChunkedList of) {
      List<E> elements = new ArrayList<>();
      for (int i = 0; i < of.size(); i++) {
        elements.add(of.get(i, lane));
      }
      return elements;
    }
  }

  private <E> void appendAndFreeze(Serializer<E> serializer, IntFunction<E> elementOf) {
    SplittableRandom random = new SplittableRandom(SEED);
    Owner<E> owner = new Owner<>(serializer);
    List<ChunkedList> frozen = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    List<Integer> live = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      owner.append(elementOf.apply(i));
      if (random.nextInt(40) == 0) {
        frozen.add(owner.list);
        sizes.add(i + 1);
        live.add(epochs.freeze());
      }
      if (random.nextInt(60) == 0) {
        owner.read().forEach(element -> assertThat(element).isNotNull());
      }
      // Released ones may be written to; only those that live must stay.
      if (live.size() > 5) {
        epochs.release(live.remove(0));
        frozen.remove(0);
        sizes.remove(0);
      }
    }
    List<E> expected = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      expected.add(elementOf.apply(i));
    }
    assertThat(owner.raw(owner.list)).as("seed %s", SEED).isEqualTo(expected);
    assertThat(frozen).isNotEmpty();
    for (int i = 0; i < frozen.size(); i++) {
      assertThat(owner.raw(frozen.get(i))).isEqualTo(expected.subList(0, sizes.get(i)));
    }
  }

  @Test
  void append_everyKindOfElement_leavesFrozenHeadsAsTheyWere() {
    appendAndFreeze(Serializers.longs(), i -> i * 3L);
    appendAndFreeze(Serializers.strings(), i -> "text" + i);
    appendAndFreeze(MUTABLE, i -> new ArrayList<>(List.of(i)));
  }

  @Test
  void elements_changedInPlaceAfterAFreeze_areCopiesAndStayChanged() {
    Owner<List<Integer>> owner = new Owner<>(MUTABLE);
    for (int i = 0; i < 200; i++) {
      owner.append(new ArrayList<>(List.of(i)));
    }
    ChunkedList frozen = owner.list;
    epochs.freeze();
    owner.read().forEach(element -> element.add(-1));
    owner.read().forEach(element -> element.add(-2));
    for (int i = 0; i < 200; i++) {
      assertThat(frozen.<List<Integer>>get(i, null)).containsExactly(i);
      assertThat(owner.list.<List<Integer>>get(i, null)).containsExactly(i, -1, -2);
    }
  }

  @Test
  void elements_frozenInMidIteration_givesCopiesThatTheViewDoesNotShare() {
    Owner<List<Integer>> owner = new Owner<>(MUTABLE);
    for (int i = 0; i < 100; i++) {
      owner.append(new ArrayList<>(List.of(i)));
    }
    Iterator<List<Integer>> elements = owner.read().iterator();
    elements.next();
    ChunkedList frozen = owner.list;
    epochs.freeze();
    for (int i = 1; i < 100; i++) {
      List<Integer> element = elements.next();
      assertThat(element).containsExactly(i);
      element.add(-1);
    }
    assertThat(elements.hasNext()).isFalse();
    assertThatThrownBy(elements::next).isInstanceOf(NoSuchElementException.class);
    for (int i = 0; i < 100; i++) {
      assertThat(frozen.<List<Integer>>get(i, null)).containsExactly(i);
    }
  }
}
