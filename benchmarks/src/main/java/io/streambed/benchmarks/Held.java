package io.streambed.benchmarks;

import io.streambed.benchmarks.Case.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What memory is measured of: a state that is filled, and then all but emptied. */
enum Held {
  /** One Long for each key. */
  VALUE(Kind.VALUE) {
    @Override
    Entries open(Backend backend) throws Exception {
      return entries(backend, backend.values(NAME));
    }
  },
  /** The same with a time to live. */
  TTL(Kind.TTL) {
    @Override
    Entries open(Backend backend) throws Exception {
      return entries(backend, backend.expiringValues(NAME));
    }
  },
  /** Maps of ten. */
  MAP(Kind.MAP) {
    @Override
    Entries open(Backend backend) throws Exception {
      Backend.OneMap state = backend.maps(NAME);
      return (number, isAdded) -> {
        long key = Scatter.key(number / ENTRIES_A_MAP);
        backend.setCurrentKey(key);
        put(state, Scatter.userKey(key, (int) (number % ENTRIES_A_MAP)), isAdded);
      };
    }
  },
  /** One map that has all entries. */
  LARGE_MAP(Kind.MAP) {
    @Override
    Entries open(Backend backend) throws Exception {
      Backend.OneMap state = backend.maps(NAME);
      backend.setCurrentKey(1L);
      return (number, isAdded) -> put(state, Scatter.key(number), isAdded);
    }
  },
  /** One timer for each key. */
  TIMER(Kind.TIMER) {
    @Override
    Entries open(Backend backend) throws Exception {
      Backend.Timers timers = backend.timers(NAME);
      return (number, isAdded) -> {
        Long key = Scatter.key(number);
        backend.setCurrentKey(key);
        long millis = Scatter.value(key, 0, 0) >>> MILLIS_SHIFT;
        if (isAdded) {
          timers.register(millis);
        } else {
          timers.delete(millis);
        }
      };
    }
  };

  /** After the peak one entry in so many is left. */
  static final int LEFT = 100;

  /** Of the state. */
  static final String NAME = "held";

  private static final int ENTRIES_A_MAP = 10;

  /** Leaves numbers of 30 bits: times within twelve days. */
  private static final int MILLIS_SHIFT = 34;

  private final Kind kind;

  Held(Kind kind) {
    this.kind = kind;
  }

  /** The ones that go with a kind of cases. */
  static List<Held> of(Kind kind) {
    return Arrays.stream(values()).filter(held -> held.kind == kind).toList();
  }

  /** The name as reports have it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Opens the state, which is empty. */
  abstract Entries open(Backend backend) throws Exception;

  /** Adds and removes entries by their number. */
  @FunctionalInterface
  interface Entries {
    void set(long number, boolean isAdded) throws Exception;
  }

  private static Entries entries(Backend backend, Backend.OneValue state) {
    return (number, isAdded) -> {
      Long key = Scatter.key(number);
      backend.setCurrentKey(key);
      if (isAdded) {
        state.update(Scatter.value(key, 0, 0));
      } else {
        state.clear();
      }
    };
  }

  private static void put(Backend.OneMap state, Long userKey, boolean isAdded) throws Exception {
    if (isAdded) {
      state.put(userKey, Scatter.value(userKey, 0, 0));
    } else {
      state.remove(userKey);
    }
  }
}
