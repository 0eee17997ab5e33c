package io.streambed.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteReaderWriterTest {
  private static final long SEED = 11;

  private final ByteWriter out = new ByteWriter(1);

  private String hex() {
    return HexFormat.of().formatHex(out.toByteArray());
  }

  private static ByteReader reader(String hex) {
    return new ByteReader(HexFormat.of().parseHex(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "300, ac02",
    "16383, ff7f",
    "16384, 808001",
    "2097151, ffff7f",
    "268435455, ffffff7f",
    "268435456, 8080808001",
    "2147483647, ffffffff07",
    "-2147483648, 8080808008",
    "-1, ffffffff0f"
  })
  void varInt_goldenNumbers_roundTrip(int value, String hex) {
    out.writeVarInt(value);
    assertThat(hex()).isEqualTo(hex);
    ByteReader in = reader(hex);
    assertThat(in.readVarInt()).isEqualTo(value);
    in.expectEnd();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "127, 7f",
    "128, 8001",
    "4294967295, ffffffff0f",
    "9223372036854775807, ffffffffffffffff7f",
    "-9223372036854775808, 80808080808080808001",
    "-1, ffffffffffffffffff01"
  })
  void varLong_goldenNumbers_roundTrip(long value, String hex) {
    out.writeVarLong(value);
    assertThat(hex()).isEqualTo(hex);
    ByteReader in = reader(hex);
    assertThat(in.readVarLong()).isEqualTo(value);
    in.expectEnd();
  }

  @Test
  void varNumbers_randomOfAllMagnitudes_roundTrip() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >>> random.nextInt(Long.SIZE);
      out.reset();
      out.writeVarLong(value);
      out.writeVarInt((int) value);
      ByteReader in = new ByteReader(out.toByteArray());
      assertThat(in.readVarLong()).as("seed %d", SEED).isEqualTo(value);
      assertThat(in.readVarInt()).as("seed %d", SEED).isEqualTo((int) value);
      in.expectEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "8080808080", "ffffffff10", "ffffffff8f00", "ffffffffff01"})
  void readVarInt_endlessOrTooLarge_isMalformed(String hex) {
    assertThatThrownBy(() -> reader(hex).readVarInt()).isInstanceOf(MalformedDataException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ffffffffffffffffff", "ffffffffffffffffff02", "ffffffffffffffffff8100"})
  void readVarLong_endlessOrTooLarge_isMalformed(String hex) {
    assertThatThrownBy(() -> reader(hex).readVarLong()).isInstanceOf(MalformedDataException.class);
  }

  @Test
  void fixedNumbers_written_areBigEndianAndRoundTrip() {
    out.writeByte(0x1ff);
    out.writeBoolean(true);
    out.writeShort(-2);
    out.writeInt(0x01020304);
    out.writeLong(-3);
    assertThat(hex()).isEqualTo("ff" + "01" + "fffe" + "01020304" + "fffffffffffffffd");
    ByteReader in = new ByteReader(out.toByteArray());
    assertThat(in.readUnsignedByte()).isEqualTo(255);
    assertThat(in.readBoolean()).isTrue();
    assertThat(in.readShort()).isEqualTo((short) -2);
    assertThat(in.readInt()).isEqualTo(0x01020304);
    assertThat(in.readLong()).isEqualTo(-3);
    in.expectEnd();
  }

  @Test
  void reads_beyondTheWindow_areMalformedAndMoveNothing() {
    byte[] array = new byte[16];
    ByteReader in = new ByteReader().set(array, 4, 1);
    assertThatThrownBy(in::readShort).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(in::readInt).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(in::readLong).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> in.readBytes(2)).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> in.readBytes(-1)).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> in.skip(2)).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> in.readView(2, new ByteView()))
        .isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(in::expectEnd).isInstanceOf(MalformedDataException.class);
    assertThat(in.position()).isEqualTo(4);
    in.readByte();
    assertThatThrownBy(in::readByte).isInstanceOf(MalformedDataException.class);
    in.expectEnd();
  }

  @Test
  void set_windowOutsideOfTheArray_isRefused() {
    ByteReader in = new ByteReader();
    byte[] array = new byte[4];
    assertThatThrownBy(() -> in.set(array, 1, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> in.set(array, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> in.set(array, 4, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(in.set(array, 4, 0).remaining()).isZero();
  }

  @Test
  void readLength_beyondTheBytesLeft_isMalformed() {
    assertThat(reader("020000").readLength()).isEqualTo(2);
    assertThatThrownBy(() -> reader("0300").readLength())
        .isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> reader("ffffffff0f").readLength())
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("4294967295");
  }

  @Test
  void readCount_moreThanCanFollow_isMalformed() {
    assertThat(reader("0200000000").readCount(2)).isEqualTo(2);
    assertThatThrownBy(() -> reader("03" + "00".repeat(5)).readCount(2))
        .isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> reader("ffffffff07").readCount(Integer.MAX_VALUE))
        .isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> reader("ffffffff0f").readCount(1))
        .isInstanceOf(MalformedDataException.class);
  }

  @Test
  void text_anyCharacters_roundTrips() {
    String text = "Gr\u00fc\u00dfe \ud83d\ude00";
    out.writeText(text);
    assertThat(new ByteReader(out.toByteArray()).readText()).isEqualTo(text);
    assertThatThrownBy(() -> reader("02c328").readText())
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void sized_written_roundTrips() {
    out.writeSized(ByteView.of(new byte[] {7, 8}));
    assertThat(hex()).isEqualTo("020708");
    ByteView view = new ByteReader(out.toByteArray()).readSized(new ByteView());
    assertThat(view.toByteArray()).containsExactly(7, 8);
  }

  @Test
  void readBoolean_neitherZeroNorOne_isMalformed() {
    assertThatThrownBy(() -> reader("02").readBoolean()).isInstanceOf(MalformedDataException.class);
    assertThatThrownBy(() -> reader("81").readBoolean()).isInstanceOf(MalformedDataException.class);
  }

  @Test
  void writer_grown_keepsWhatWasWritten() {
    for (int i = 0; i < 1000; i++) {
      out.writeInt(i);
    }
    ByteReader in = new ByteReader(out.toByteArray());
    for (int i = 0; i < 1000; i++) {
      assertThat(in.readInt()).isEqualTo(i);
    }
    in.expectEnd();
  }

  @Test
  void writer_truncatedPatchedTrimmedAndReset_changesOnlyThat() {
    out.writeInt(1);
    out.writeInt(2);
    out.patchInt(0, 7);
    out.truncate(4);
    assertThat(hex()).isEqualTo("00000007");
    assertThatThrownBy(() -> out.patchInt(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.patchInt(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.truncate(5)).isInstanceOf(IllegalArgumentException.class);
    out.trim(4096);
    assertThat(out.position()).isEqualTo(4);
    out.trim(2);
    assertThat(out.position()).isZero();
    assertThat(out.array().length).isLessThanOrEqualTo(2);
    out.writeLong(-1);
    assertThat(out.reset().position()).isZero();
  }

  @Test
  void writer_beyondItsLimit_isATypedErrorBeforeAnyAllocation() {
    byte[] huge = new byte[1];
    out.writeInt(0);
    assertThatThrownBy(() -> out.writeBytes(huge, 0, Integer.MAX_VALUE - 64))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("Split");
  }
}
