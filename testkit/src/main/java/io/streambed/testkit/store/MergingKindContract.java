package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.keyed.AggregatingKind;
import io.streambed.keyed.ListKind;
import io.streambed.keyed.MergingKind;
import io.streambed.keyed.ReducingKind;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What list, reducing and aggregating state owe windows, over any store: merging of namespaces, and
 * what is left when a user's function throws. Subclass it in a test and name the store.
 */
public abstract class MergingKindContract {
  /** A namespace as time windows make them. */
  record Window(long start, long end) {}

  private static final Serializer<Window> WINDOWS = Serializers.records(Window.class);
  private static final Window W1 = new Window(0, 10);
  private static final Window W2 = new Window(10, 20);
  private static final Window W3 = new Window(20, 30);
  private static final Window NEVER_USED = new Window(90, 99);

  private static final ListStateDescriptor<Double> LIST =
      new ListStateDescriptor<>("list", Serializers.doubles());
  private static final ReducingStateDescriptor<Long> SUM =
      new ReducingStateDescriptor<>("sum", Serializers.longs(), Long::sum);
  private static final AggregatingStateDescriptor<Integer, List<Integer>, String> JOINED =
      new AggregatingStateDescriptor<>(
          "joined", Serializers.list(Serializers.ints()), new NumberJoining());

  /** A contract over the stores that a subclass names. */
  protected MergingKindContract() {}

  /**
   * The stores under test.
   *
   * @return a factory
   */
  protected abstract KeyedStoreFactory factory();

  private BackendRig<String> rig() {
    return new BackendRig<>(factory(), Serializers.strings());
  }

  @Test
  void add_functionThrows_leavesStateAsItWasAndUsable() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      AggregatingKind<String, Window, Integer, List<Integer>, String> joined =
          rig.backend.open(JOINED, WINDOWS);
      joined.setCurrentNamespace(W1);
      ReducingKind<String, Window, Long> picky =
          rig.backend.open(
              new ReducingStateDescriptor<>(
                  "picky",
                  Serializers.longs(),
                  (a, b) -> {
                    if (b < 0) {
                      throw new IllegalStateException("refused by the user");
                    }
                    return a + b;
                  }),
              WINDOWS);
      picky.setCurrentNamespace(W1);
      for (int round = 0; round < 2; round++) {
        assertThatThrownBy(() -> joined.add(-1)).hasMessage("refused by the user");
        assertThat(joined.get()).isEqualTo(round == 0 ? null : "[5]");
        if (round == 0) {
          joined.add(5);
          picky.add(-3L);
        } else {
          assertThatThrownBy(() -> picky.add(-1L)).hasMessage("refused by the user");
          assertThat(picky.get()).isEqualTo(-3);
          // In a merge the sources are gone then or not; what is there can still be read.
          picky.setCurrentNamespace(W2);
          picky.add(-7L);
          picky.setCurrentNamespace(W3);
          assertThatThrownBy(() -> picky.mergeNamespaces(W1, List.of(W2)))
              .hasMessage("refused by the user");
          assertThat(picky.currentNamespace()).isEqualTo(W3);
          assertThat(picky.get()).isNull();
          picky.setCurrentNamespace(W1);
          assertThat(picky.get()).isEqualTo(-3);
          picky.add(4L);
          assertThat(picky.get()).isEqualTo(1);
        }
        rig.store.checkInvariants();
      }
    }
  }

  /** Puts a list of numbers into a namespace of any kind that merges. */
  private interface Putter {
    void put(Window namespace, int... numbers);
  }

  @Test
  void mergeNamespaces_everyMergingKind_joinsIntoTheTargetInTheirOrder() {
    try (BackendRig<String> rig = rig()) {
      ListKind<String, Window, Double> list = rig.backend.open(LIST, WINDOWS);
      var joined = rig.backend.open(JOINED, WINDOWS);
      var sum = rig.backend.open(SUM, WINDOWS);
      Putter putter =
          (namespace, numbers) -> {
            for (int number : numbers) {
              list.setCurrentNamespace(namespace);
              list.add((double) number);
              joined.setCurrentNamespace(namespace);
              joined.add(number);
              sum.setCurrentNamespace(namespace);
              sum.add((long) number);
            }
          };
      for (String key : List.of("a", "b")) {
        rig.backend.setCurrentKey(key);
        putter.put(W1, 1, 2);
        putter.put(W2, 3);
        putter.put(W3, 4, 5);
      }
      List<MergingKind<Window, ?>> kinds = List.of(list, joined, sum);
      // The target among the sources, an absent one among them.
      kinds.forEach(kind -> kind.mergeNamespaces(W2, List.of(W3, NEVER_USED, W2, W1)));
      assertThat(contents(list, W2)).isEqualTo("[3.0, 4.0, 5.0, 1.0, 2.0]");
      joined.setCurrentNamespace(W2);
      assertThat(joined.get()).isEqualTo("[3, 4, 5, 1, 2]");
      sum.setCurrentNamespace(W2);
      assertThat(sum.get()).isEqualTo(15);
      for (Window gone : List.of(W1, W3, NEVER_USED)) {
        assertThat(contents(list, gone)).isEqualTo("null");
        joined.setCurrentNamespace(gone);
        assertThat(joined.getInternal()).isNull();
        sum.setCurrentNamespace(gone);
        assertThat(sum.getInternal()).isNull();
      }
      // Into an absent target; none at all; absent ones only.
      kinds.forEach(kind -> kind.mergeNamespaces(NEVER_USED, List.of(W2)));
      kinds.forEach(kind -> kind.mergeNamespaces(W1, List.of()));
      kinds.forEach(kind -> kind.mergeNamespaces(W1, List.of(W2, W3)));
      sum.setCurrentNamespace(NEVER_USED);
      assertThat(sum.get()).isEqualTo(15);
      assertThat(rig.backend.<Window>getKeysAndNamespaces("sum")).hasSize(4);
      assertThat(rig.backend.<Window>getKeysAndNamespaces("list")).hasSize(4);
      rig.backend.setCurrentKey("a");
      assertThat(contents(list, W1)).isEqualTo("[1.0, 2.0]");
    }
  }

  private static String contents(ListKind<String, Window, Double> list, Window namespace) {
    list.setCurrentNamespace(namespace);
    return String.valueOf(list.getInternal());
  }

  @Test
  void mergeNamespaces_always_leavesTheCurrentNamespace() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      var sum = rig.backend.open(SUM, WINDOWS);
      var list = rig.backend.open(LIST, WINDOWS);
      sum.setCurrentNamespace(W1);
      sum.add(1L);
      list.setCurrentNamespace(W1);
      list.add(1.0);
      sum.setCurrentNamespace(W3);
      list.setCurrentNamespace(W3);
      sum.mergeNamespaces(W2, List.of(W1));
      list.mergeNamespaces(W2, List.of(W1));
      sum.add(100L);
      list.add(100.0);
      assertThat(sum.currentNamespace()).isEqualTo(W3);
      assertThat(sum.get()).isEqualTo(100);
      assertThat(list.get()).containsExactly(100.0);
      sum.setCurrentNamespace(W2);
      assertThat(sum.get()).isEqualTo(1);
    }
  }

  @Test
  void updateInternal_replacesOrClearsWhatIsHeld() {
    try (BackendRig<String> rig = rig()) {
      rig.backend.setCurrentKey("a");
      var joined = rig.backend.open(JOINED, WINDOWS);
      var list = rig.backend.open(LIST, WINDOWS);
      joined.setCurrentNamespace(W1);
      list.setCurrentNamespace(W1);
      joined.updateInternal(new ArrayList<>(List.of(8, 9)));
      list.updateInternal(List.of(0.5));
      assertThat(joined.get()).isEqualTo("[8, 9]");
      assertThat(joined.getInternal()).containsExactly(8, 9);
      assertThat(list.getInternal()).containsExactly(0.5);
      joined.updateInternal(null);
      list.updateInternal(null);
      assertThat(joined.get()).isNull();
      assertThat(list.get()).isNull();
      assertThat(rig.backend.entries()).isZero();
    }
  }
}
