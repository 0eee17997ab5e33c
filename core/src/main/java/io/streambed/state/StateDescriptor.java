package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.List;

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
   * The serializer of what the state holds for each key: of the value, of the elements of a list,
   * of the values of a map's entries, of what is reduced, or of the accumulator.
   *
   * @return not null
   */
  Serializer<?> valueSerializer();

  /**
   * How long what is in the state lives.
   *
   * @return the policy, or null for ever
   */
  TimeToLive timeToLive();

  /**
   * Names that the state had in earlier versions of the job. What a checkpoint holds under one of
   * them goes on under the present name; a checkpoint that holds two of these names is refused.
   * They may stay for ever, and can go once no checkpoint with a former name is to be restored.
   *
   * @return an immutable list, empty if the state always had its name
   */
  List<String> formerNames();
}
