package io.streambed.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyGroupRangeTest {
  private static final KeyGroupRange RANGE = new KeyGroupRange(3, 5);

  @Test
  void contains_bothEnds_andNothingOutside() {
    assertThat(RANGE.contains(2)).isFalse();
    assertThat(RANGE.contains(3)).isTrue();
    assertThat(RANGE.contains(5)).isTrue();
    assertThat(RANGE.contains(6)).isFalse();
    assertThat(RANGE.size()).isEqualTo(3);
    assertThat(RANGE).hasToString("3..5");
  }

  @ParameterizedTest
  @CsvSource({"0,2,false", "0,3,true", "4,4,true", "0,9,true", "5,7,true", "6,7,false"})
  void intersects_anotherRange_ifAGroupIsShared(int first, int last, boolean expected) {
    KeyGroupRange other = new KeyGroupRange(first, last);
    assertThat(RANGE.intersects(other)).isEqualTo(expected);
    assertThat(other.intersects(RANGE)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"-1,0", "1,0", "0,32768"})
  void constructor_emptyOrOutOfRange_isRefused(int first, int last) {
    assertThatThrownBy(() -> new KeyGroupRange(first, last))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(first + ".." + last);
  }
}
