package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.keyed.KeyAndNamespace;
import io.streambed.store.FrozenView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Views that live side by side with copies of what they must show, for random tests: they are
 * checked and let go in any order.
 *
 * @param <C> what is held for one key and namespace
 */
final class FrozenCopies<K, N, U, V, C> {
  private final Rig<K, N, U, V> rig;
  private final Function<Rig<K, N, U, V>, Map<KeyAndNamespace<K, N>, C>> contentsOf;
  private final List<Frozen<K, N, C>> live = new ArrayList<>();
  private int checked;

  private record Frozen<K, N, C>(FrozenView view, Map<KeyAndNamespace<K, N>, C> copy) {}

  FrozenCopies(
      Rig<K, N, U, V> rig, Function<Rig<K, N, U, V>, Map<KeyAndNamespace<K, N>, C>> contentsOf) {
    this.rig = rig;
    this.contentsOf = contentsOf;
  }

  /** Freezes; the copy is the caller's model of now and shares nothing that can change. */
  void freeze(Map<KeyAndNamespace<K, N>, C> copy) {
    live.add(new Frozen<>(rig.store.freeze(live.size()), copy));
  }

  /** Checks any view and lets it go, perhaps without a look. */
  void release(SplittableRandom random) {
    if (live.isEmpty()) {
      return;
    }
    Frozen<K, N, C> frozen = live.remove(random.nextInt(live.size()));
    if (random.nextInt(4) > 0) {
      check(frozen);
    }
    frozen.view.close();
  }

  private void check(Frozen<K, N, C> frozen) {
    try (Rig<K, N, U, V> plain = rig.plain(frozen.view)) {
      assertThat(contentsOf.apply(plain)).isEqualTo(frozen.copy);
    }
    checked++;
  }

  /** Checks and lets go of all that are left. */
  void finish() {
    live.forEach(
        frozen -> {
          check(frozen);
          frozen.view.close();
        });
    live.clear();
    assertThat(checked).as("views that were checked").isPositive();
  }
}
