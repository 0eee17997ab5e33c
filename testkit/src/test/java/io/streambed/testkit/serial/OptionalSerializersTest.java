package io.streambed.testkit.serial;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;

/** The contract over Optionals of values that may be keys, and of values that can change. */
class OptionalSerializersTest {
  @Nested
  class OfText extends SerializerContract<Optional<String>> {
    @Override
    protected Serializer<Optional<String>> serializer() {
      return Serializers.optional(Serializers.strings());
    }

    @Override
    protected List<Optional<String>> samples() {
      return List.of(Optional.empty(), Optional.of(""), Optional.of("\0"), Optional.of("a"));
    }

    @Override
    protected Optional<String> random(SplittableRandom random) {
      return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Chance.text(random));
    }
  }

  @Nested
  class OfOptionals extends SerializerContract<Optional<Optional<Long>>> {
    @Override
    protected Serializer<Optional<Optional<Long>>> serializer() {
      return Serializers.optional(Serializers.optional(Serializers.longs()));
    }

    @Override
    protected List<Optional<Optional<Long>>> samples() {
      return List.of(Optional.empty(), Optional.of(Optional.empty()), Optional.of(Optional.of(0L)));
    }

    @Override
    protected Optional<Optional<Long>> random(SplittableRandom random) {
      return Optional.of(Optional.of(Chance.anyLong(random)));
    }
  }

  @Nested
  class OfLists extends SerializerContract<Optional<List<Long>>> {
    @Override
    protected Serializer<Optional<List<Long>>> serializer() {
      return Serializers.optional(Serializers.list(Serializers.longs()));
    }

    @Override
    protected List<Optional<List<Long>>> samples() {
      return List.of(Optional.empty(), Optional.of(new ArrayList<>(List.of(1L, 2L))));
    }

    @Override
    protected Optional<List<Long>> random(SplittableRandom random) {
      return Optional.of(Chance.list(random, Chance::anyLong));
    }

    @Override
    protected boolean change(Optional<List<Long>> value) {
      value.ifPresent(list -> list.add(7L));
      return value.isPresent();
    }
  }
}
