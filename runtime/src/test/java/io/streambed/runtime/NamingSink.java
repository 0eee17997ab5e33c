package io.streambed.runtime;

import io.streambed.job.Sink;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;

/** A sink for tests, whose committables have names. */
interface NamingSink<T> extends Sink<T, NamingSink.Committable> {
  /** So many results under a name, to be committed with a checkpoint. */
  record Committable(long checkpointId, String name, long length) {}

  @Override
  default Serializer<Committable> committableSerializer() {
    return Serializers.records(Committable.class);
  }
}
