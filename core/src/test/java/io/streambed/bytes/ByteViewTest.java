package io.streambed.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteViewTest {

  private static ByteView view(int... values) {
    byte[] array = new byte[values.length + 2];
    for (int i = 0; i < values.length; i++) {
      array[i + 1] = (byte) values[i];
    }
    array[array.length - 1] = 99;
    return new ByteView().set(array, 1, values.length);
  }

  @Test
  void compareTo_bytes_isUnsignedAndPrefixFirst() {
    assertThat(view(0x7f).compareTo(view(0x80))).isNegative();
    assertThat(view(0xff).compareTo(view(0, 0))).isPositive();
    assertThat(view(1).compareTo(view(1, 0))).isNegative();
    assertThat(view().compareTo(view(0))).isNegative();
    assertThat(view(1, 2).compareTo(view(1, 2))).isZero();
  }

  @Test
  void contentEquals_sameWindowContent_ignoresTheArrayAround() {
    ByteView elsewhere = ByteView.of(new byte[] {1, 2});
    assertThat(view(1, 2).contentEquals(elsewhere)).isTrue();
    assertThat(view(1, 3).contentEquals(elsewhere)).isFalse();
    assertThat(view(1).contentEquals(elsewhere)).isFalse();
  }

  @Test
  void toByteArray_aWindow_isACopy() {
    ByteView view = view(1, 2);
    byte[] copy = view.toByteArray();
    view.array()[1] = 9;
    assertThat(copy).containsExactly(1, 2);
    assertThat(new ByteView().toByteArray()).isEmpty();
  }
}
