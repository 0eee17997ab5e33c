package io.streambed.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.file.Compression;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.testkit.serial.SerializerContract;
import io.streambed.testkit.store.EarlierForm.Change;
import io.streambed.testkit.store.EarlierForm.Disc;
import io.streambed.testkit.store.EarlierForm.Light;
import io.streambed.testkit.store.EarlierForm.Line;
import io.streambed.testkit.store.EarlierForm.Order;
import io.streambed.testkit.store.EarlierForm.Shape;
import io.streambed.testkit.store.EarlierForm.Square;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A record before any set of changes, as its serializer and operator state read it today. */
class EarlierFormTest {
  private static final Serializer<Order> TODAY = EarlierForm.today();

  /** Before each set of changes, the empty one among them. */
  private static Stream<EarlierForm> all() {
    Change[] changes = Change.values();
    return IntStream.range(0, 1 << changes.length)
        .mapToObj(
            bits ->
                Arrays.stream(changes)
                    .filter(change -> (bits & 1 << change.ordinal()) != 0)
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(Change.class))))
        .map(EarlierForm::before);
  }

  @Test
  void resolve_beforeEachSetOfChanges_readsTheRecordOfToday() {
    // A component that was renamed where it stood changes no byte.
    Set<Set<Change>> bytesStay = Set.of(Set.of(), Set.of(Change.RENAMED));
    all()
        .forEach(
            form -> {
              Compatibility<Order> answer = TODAY.resolve(form.serializer().snapshot());
              assertThat(answer instanceof Compatibility.AsIs)
                  .as("as is before %s", form.undone())
                  .isEqualTo(bytesStay.contains(form.undone()));
              Serializer<Order> reader =
                  answer instanceof Compatibility.Migrate<Order> migrate ? migrate.reader() : TODAY;
              ByteWriter out = new ByteWriter();
              form.serializer().write(form.value(), out);
              for (Serializer<Order> each : List.of(reader, reader.duplicate())) {
                ByteReader in = new ByteReader(out.toByteArray());
                assertThat(each.read(in)).as("before %s", form.undone()).isEqualTo(form.now());
                in.expectEnd();
              }
            });
  }

  @Test
  void restore_operatorStateBeforeEachPairOfChanges_isReadAsItIsToday() throws Exception {
    List<EarlierForm> forms = EarlierForm.pairs();
    OperatorStateBackend first = new OperatorStateBackend(0, 1);
    for (EarlierForm form : forms) {
      first.getListState(list("split", form, form.serializer())).add(form.value());
      first.getUnionListState(list("union", form, form.serializer())).add(form.value());
      first.getBroadcastState(map(form, form.serializer())).put("key", form.value());
    }
    OperatorStateBackend second = restored(first);
    check(second, forms);
    check(restored(second), forms);
  }

  /** A serializer whose types tell of their past is one like any other. */
  @Nested
  class TodayContract extends SerializerContract<Order> {
    @Override
    protected Serializer<Order> serializer() {
      return TODAY.duplicate();
    }

    @Override
    protected List<Order> samples() {
      return List.of(order("", null, new Disc(0)), order("a", "", new Square(1)));
    }

    @Override
    protected Order random(SplittableRandom random) {
      return order("b" + random.nextInt(10), "c", new Disc(random.nextInt()));
    }

    @Override
    protected boolean change(Order value) {
      return value.lines().orElseThrow().put("changed", List.of()) == null;
    }

    private Order order(String id, String note, Shape shape) {
      Map<String, List<Line>> lines = new LinkedHashMap<>();
      lines.put(id, List.of(new Line(id, 1, BigDecimal.ONE)));
      return new Order(id, id, 1, "EUR", note, Light.RED, shape, Optional.of(lines));
    }
  }

  private static void check(OperatorStateBackend backend, List<EarlierForm> forms) {
    for (EarlierForm form : forms) {
      assertThat(backend.getListState(list("split", form, TODAY)).get())
          .containsExactly(form.now());
      assertThat(backend.getUnionListState(list("union", form, TODAY)).get())
          .containsExactly(form.now());
      assertThat(backend.getBroadcastState(map(form, TODAY)).get("key")).isEqualTo(form.now());
    }
  }

  private static <V> ListStateDescriptor<V> list(
      String kind, EarlierForm form, Serializer<V> elements) {
    return new ListStateDescriptor<>(kind + form.undone(), elements);
  }

  private static <V> MapStateDescriptor<String, V> map(EarlierForm form, Serializer<V> values) {
    return new MapStateDescriptor<>("map" + form.undone(), Serializers.strings(), values);
  }

  private static OperatorStateBackend restored(OperatorStateBackend from) throws Exception {
    MemoryStreams streams = new MemoryStreams();
    var snapshot = from.snapshot(1, streams, SnapshotOptions.checkpoint(Compression.NONE));
    snapshot.run();
    OperatorStateHandle handle = snapshot.get();
    OperatorStateBackend to = new OperatorStateBackend(0, 1);
    to.restore(
        handle.states().stream()
            .map(part -> new OperatorStateSlice(handle, part.name(), 0, part.elements()))
            .toList(),
        streams);
    return to;
  }
}
