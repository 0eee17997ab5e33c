package io.streambed.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.state.AggregateFunction;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import org.junit.jupiter.api.Test;

/** A job declares a state once, and many subtasks open it: none may use the serializer itself. */
class SharedDescriptorTest {
  private record Amount(long cents) {}

  private static final class Sum implements AggregateFunction<Amount, Amount, Amount> {
    @Override
    public Amount createAccumulator() {
      return new Amount(0);
    }

    @Override
    public Amount add(Amount value, Amount sum) {
      return new Amount(value.cents + sum.cents);
    }

    @Override
    public Amount getResult(Amount sum) {
      return sum;
    }

    @Override
    public Amount merge(Amount a, Amount b) {
      return add(a, b);
    }
  }

  @Test
  void getState_sameDescriptorForEachElement_isOpenedOnce() {
    ValueStateDescriptor<Amount> descriptor =
        new ValueStateDescriptor<>("value", Serializers.records(Amount.class));
    try (KeyedStateBackend<String> backend =
        new KeyedStateBackend<>(
            new HeapKeyedStoreFactory()
                .create(StoreContext.alone(Serializers.strings(), 8, new KeyGroupRange(0, 7))),
            new TaskInfo("job", "operator", 0))) {
      assertThat(backend.getState(descriptor)).isSameAs(backend.getState(descriptor));
      backend.setCurrentKey("ada");
      backend.getState(descriptor).update(new Amount(1));
      ValueStateDescriptor<Amount> equal =
          new ValueStateDescriptor<>("value", Serializers.records(Amount.class));
      assertThat(backend.getState(equal).value()).isEqualTo(new Amount(1));
      assertThat(backend.getState(descriptor).value()).isEqualTo(new Amount(1));
    }
  }

  @Test
  void open_everyKind_worksWithADuplicateOfTheDescriptorsSerializer() {
    Serializer<Amount> shared = Serializers.records(Amount.class);
    Serializer<VoidNamespace> unit = Serializers.unit();
    try (KeyedStateBackend<String> backend =
        new KeyedStateBackend<>(
            new HeapKeyedStoreFactory()
                .create(StoreContext.alone(Serializers.strings(), 8, new KeyGroupRange(0, 7))),
            new TaskInfo("job", "operator", 0))) {
      assertThat(
              new KeyedKind<?, ?>[] {
                backend.open(new ValueStateDescriptor<>("value", shared), unit),
                backend.open(new ListStateDescriptor<>("list", shared), unit),
                backend.open(new MapStateDescriptor<>("map", Serializers.ints(), shared), unit),
                backend.open(new ReducingStateDescriptor<>("reducing", shared, (a, b) -> a), unit),
                backend.open(
                    new AggregatingStateDescriptor<>("aggregating", shared, new Sum()), unit)
              })
          .allSatisfy(
              kind ->
                  assertThat(kind.valueSerializer())
                      .isNotSameAs(shared)
                      .hasSameClassAs(shared)
                      .isNotNull());
    }
  }
}
