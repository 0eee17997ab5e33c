package io.streambed.state;

/**
 * What a job declares of a keyed state: its name, unique within the operator, its kind, how its
 * parts are serialized and how long they live.
 */
public sealed interface StateDescriptor
    permits ValueStateDescriptor,
        ListStateDescriptor,
        MapStateDescriptor,
        ReducingStateDescriptor,
        AggregatingStateDescriptor {
  /**
   * The state's name.
   *
   * @return 1 to 255 characters
   */
  String name();

  /**
   * The state's kind.
   *
   * @return one of the keyed kinds
   */
  StateKind kind();

  /**
   * How long what is in the state lives.
   *
   * @return the policy, or null for ever
   */
  TimeToLive timeToLive();
}
