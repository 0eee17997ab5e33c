package io.streambed.harness;

/** What functions do that give other results after a crash or elsewhere. */
final class Causes {
  static final String TEXT =
      """
      Usual causes:
        - Something that results depend on is in a field of the handler or the function, or is
          static. A crash loses it, a rescale leaves it on another subtask, and all keys of a
          subtask share it. Keep it in state, which belongs to the key.
        - A timer is registered, or obeyed when it fires, only if a field says so. Timers come back
          with the state, and fields do not.
        - An object from state was changed and not handed back by update or put. Some stores keep
          such a change and others lose it.
        - Results depend on the order in which a map state is iterated over. Each store has its own.
        - Results depend on the machine's time, on random numbers or on context.subtask(). For the
          time, ask context.processingTimeMillis().
      """;

  private Causes() {}
}
