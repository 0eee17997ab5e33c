package io.streambed.testkit.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.serial.Compatibility;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.SizeBound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Serializer} owes the stores. Subclass it in a test, name the serializer, some
 * values and a source of random ones:
 *
 * <pre>{@code
 * class MoneySerializerTest extends SerializerContract<Money> {
 *   protected Serializer<Money> serializer() { return new MoneySerializer(); }
 *   protected List<Money> samples() { return List.of(Money.ZERO, Money.euros(-3)); }
 *   protected Money random(SplittableRandom random) { return Money.euros(random.nextInt()); }
 * }
 * }</pre>
 *
 * <p>Random values come from a seed, named in each failure; {@code -Dstreambed.seed=N} sets it.
 *
 * @param <T> the type of the values
 */
public abstract class SerializerContract<T> {
  private static final int RANDOM_VALUES = 100;

  private final long seed = Long.getLong("streambed.seed", 20_240_229L);
  private Serializer<T> serializer;
  private List<T> values;

  /** A contract over the values that a subclass names. */
  protected SerializerContract() {}

  /**
   * The serializer under test.
   *
   * @return a new or a shared one
   */
  protected abstract Serializer<T> serializer();

  /**
   * Values worth testing: smallest, largest, empty, odd. All different.
   *
   * @return at least one; new objects at every call if they can change
   */
  protected abstract List<T> samples();

  /**
   * Any value.
   *
   * @param random where to take chance from
   * @return a new value, small enough to be read again at each of its lengths
   */
  protected abstract T random(SplittableRandom random);

  /**
   * Whether two values are equal.
   *
   * @param left a value or null
   * @param right a value or null
   * @return what equals says, element by element for arrays
   */
  protected boolean same(T left, T right) {
    return Objects.deepEquals(left, right);
  }

  /**
   * Changes a value in place, as deep inside as it goes. To be overridden where the serializer is
   * not {@link Serializer#immutable()}.
   *
   * @param value a value to change
   * @return false if this one cannot be changed, being empty for instance
   */
  protected boolean change(T value) {
    return false;
  }

  /** Collects the values. */
  @BeforeEach
  protected void collectValues() {
    serializer = serializer();
    values = values();
  }

  private List<T> values() {
    List<T> all = new ArrayList<>(samples());
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      all.add(random(random));
    }
    return all;
  }

  @Test
  void read_afterWrite_givesAnEqualValueAndConsumesExactlyItsBytes() {
    ByteWriter out = new ByteWriter(1);
    for (T value : values) {
      byte[] bytes = bytesOf(serializer, value);
      out.reset();
      out.writeInt(0x5EED);
      out.writeBytes(bytes);
      out.writeInt(0x5EED);
      byte[] framed = out.toByteArray();
      ByteReader in = new ByteReader().set(framed, Integer.BYTES, framed.length - Integer.BYTES);
      assertSame(serializer.read(in), value);
      assertThat(in.remaining()).as(name(value)).isEqualTo(Integer.BYTES);
    }
  }

  @Test
  void encode_anyValue_givesTheBytesOfWrite() {
    ByteWriter scratch = new ByteWriter();
    for (T value : values) {
      assertThat(serializer.encode(value, scratch).toByteArray())
          .as(name(value))
          .isEqualTo(bytesOf(serializer, value));
    }
  }

  @Test
  void read_truncatedAtEachLength_isMalformed() {
    for (T value : values) {
      byte[] bytes = bytesOf(serializer, value);
      for (int length = 0; length < bytes.length; length++) {
        ByteReader in = new ByteReader().set(bytes, 0, length);
        assertThatThrownBy(() -> serializer.read(in))
            .as("%s cut to %d of %d bytes", name(value), length, bytes.length)
            .isInstanceOf(MalformedDataException.class);
      }
    }
  }

  @Test
  void read_damagedBytes_givesAValueOrATypedError() {
    SplittableRandom random = new SplittableRandom(seed);
    for (T value : values) {
      byte[] bytes = bytesOf(serializer, value);
      for (int i = 0; i < bytes.length; i++) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        assertThat(catchThrowable(() -> serializer.read(new ByteReader(damaged))))
            .as("%s with byte %d damaged", name(value), i)
            .satisfiesAnyOf(
                error -> assertThat(error).isNull(),
                error -> assertThat(error).isInstanceOf(MalformedDataException.class),
                error -> assertThat(error).isInstanceOf(SerializationException.class));
      }
    }
  }

  @Test
  void fixedLength_ifGiven_isTheSizeOfEachValue() {
    assertThat(serializer.fixedLength()).isGreaterThanOrEqualTo(-1);
    for (T value : values) {
      int length = bytesOf(serializer, value).length;
      int promised = serializer.fixedLength() < 0 ? length : serializer.fixedLength();
      assertThat(length).as(name(value)).isEqualTo(promised);
    }
  }

  @Test
  void sizeBound_ifGiven_isAtLeastTheSizeOfEachValue() {
    SizeBound<T> bound = serializer.sizeBound();
    for (T value : bound == null ? List.<T>of() : values) {
      assertThat(bound.of(value))
          .as(name(value))
          .isGreaterThanOrEqualTo(bytesOf(serializer, value).length);
    }
  }

  @Test
  void copy_anyValue_isEqual() {
    for (T value : values) {
      T copy = serializer.copy(value);
      assertSame(copy, value);
      assertThat(bytesOf(serializer, copy)).isEqualTo(bytesOf(serializer, value));
      if (serializer.immutable()) {
        assertThat(copy).as("the copy of an immutable value").isSameAs(value);
      }
    }
  }

  @Test
  void copy_ofAMutableValue_isIndependent() {
    boolean changed = false;
    for (T value : values) {
      byte[] before = bytesOf(serializer, value);
      T copy = serializer.copy(value);
      if (change(value)) {
        changed = true;
        assertThat(bytesOf(serializer, value)).as("change() left no trace").isNotEqualTo(before);
        assertThat(bytesOf(serializer, copy)).as(name(value)).isEqualTo(before);
      }
    }
    assertThat(changed)
        .as("values change if and only if the serializer is not immutable; see change()")
        .isEqualTo(!serializer.immutable());
  }

  @Test
  void read_twice_sharesNothingMutable() {
    for (T value : values) {
      byte[] bytes = bytesOf(serializer, value);
      T first = serializer.read(new ByteReader(bytes.clone()));
      T second = serializer.read(new ByteReader(bytes));
      if (change(first)) {
        assertSame(second, value);
      }
    }
  }

  @Test
  @Tag("FLINK-6207")
  @Tag("FLINK-10567")
  void duplicate_inAnotherThread_doesTheSame() {
    Serializer<T> duplicate = serializer.duplicate();
    List<byte[]> expected = new ArrayList<>();
    values.forEach(value -> expected.add(bytesOf(serializer, value)));
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> roundTrips(duplicate, values(), expected));
    roundTrips(serializer, values, expected);
    assertThatCode(other::join).doesNotThrowAnyException();
    assertThat(duplicate.snapshot()).isEqualTo(serializer.snapshot());
    assertThat(duplicate.fixedLength()).isEqualTo(serializer.fixedLength());
  }

  private void roundTrips(Serializer<T> one, List<T> input, List<byte[]> expected) {
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < input.size(); i++) {
        T read = one.read(new ByteReader(expected.get(i)));
        assertThat(bytesOf(one, one.copy(read))).isEqualTo(expected.get(i));
        assertThat(bytesOf(one, input.get(i))).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void longLane_ifGiven_isEqualExactlyForEqualValues() {
    LongLane<T> lane = serializer.longLane();
    for (T left : lane == null ? List.<T>of() : values) {
      assertSame(lane.fromLong(lane.toLong(left)), left);
      for (T right : values) {
        assertThat(lane.toLong(left) == lane.toLong(right))
            .as("%s and %s", name(left), name(right))
            .isEqualTo(same(left, right));
      }
    }
  }

  @Test
  void keyHasher_ifGiven_hashesEqualKeysEquallyAndTheyHaveEqualBytes() {
    KeyHasher<T> hasher = serializer.keyHasher();
    for (T left : hasher == null ? List.<T>of() : values) {
      byte[] bytes = bytesOf(serializer, left);
      T again = serializer.read(new ByteReader(bytes));
      assertThat(hasher.hash(again)).as(name(left)).isEqualTo(hasher.hash(left));
      assertThat(serializer.duplicate().keyHasher().hash(left)).isEqualTo(hasher.hash(left));
      for (T right : values) {
        assertThat(Arrays.equals(bytes, bytesOf(serializer, right)))
            .as("equal bytes of %s and %s", name(left), name(right))
            .isEqualTo(same(left, right));
      }
    }
  }

  @Test
  void snapshot_writtenAndRead_isEqualAndResolvesAsIs() {
    SerializerSnapshot snapshot = serializer.snapshot();
    ByteWriter out = new ByteWriter();
    snapshot.write(out);
    ByteReader in = new ByteReader(out.toByteArray());
    SerializerSnapshot read = SerializerSnapshot.read(in);
    in.expectEnd();
    assertThat(read).isEqualTo(snapshot);
    assertThat(serializer.resolve(read)).isInstanceOf(Compatibility.AsIs.class);
  }

  @Test
  void resolve_anUnknownConfiguration_isIncompatibleWithAReason() {
    SerializerSnapshot foreign = SerializerSnapshot.of("io.streambed.testkit.unknown");
    assertThat(serializer.resolve(foreign))
        .isInstanceOfSatisfying(
            Compatibility.Incompatible.class, no -> assertThat(no.reason()).isNotBlank());
  }

  private static <T> byte[] bytesOf(Serializer<T> serializer, T value) {
    ByteWriter out = new ByteWriter(1);
    serializer.write(value, out);
    return out.toByteArray();
  }

  private void assertSame(T actual, T expected) {
    assertThat(same(actual, expected)).as("%s, expected %s", name(actual), name(expected)).isTrue();
  }

  private String name(T value) {
    String bytes = HexFormat.of().formatHex(bytesOf(serializer, value));
    return "value " + value + " [" + bytes + "] (seed " + seed + ")";
  }
}
