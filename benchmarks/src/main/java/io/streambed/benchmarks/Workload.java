package io.streambed.benchmarks;

/** A state of one kind with known content: so many entries under scattered keys. One thread. */
sealed interface Workload permits Values, Maps, Lists, Windows, Timers {
  /** Puts all entries in; later slots of a key long after its first ones, as events come. */
  void fill() throws Exception;

  /**
   * A case on this state.
   *
   * @throws IllegalArgumentException if the case is of another kind
   */
  Operation operation(Case measured);

  /**
   * The workload of a kind.
   *
   * @param entries how many entries altogether; rounded down to whole keys
   */
  static Workload of(Case.Kind kind, Backend backend, int entries) throws Exception {
    return switch (kind) {
      case VALUE -> new Values(backend, backend.values("values"), entries);
      case TTL -> new Values(backend, backend.expiringValues("values"), entries);
      case MAP -> new Maps(backend, entries);
      case LIST -> new Lists(backend, entries);
      case WINDOW -> new Windows<>(backend, backend.windows("windows"), entries);
      case TIMER -> new Timers(backend, entries);
    };
  }
}
