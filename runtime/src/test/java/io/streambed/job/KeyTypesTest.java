package io.streambed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.serial.Serializers;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which serializer a key selector leads to. */
class KeyTypesTest {
  private record Card(String number, int country) {}

  private record Payment(Card card, long cents, List<String> tags) {
    String country() {
      return Integer.toString(card.country);
    }
  }

  private static <K> String described(KeySelector<Payment, K> selector) {
    return KeyTypes.serializer(selector).snapshot().toString();
  }

  @Test
  void serializer_ofMethodReferences_isThatOfTheResult() {
    assertThat(described(Payment::card))
        .isEqualTo(Serializers.records(Card.class).snapshot().toString());
    assertThat(described(Payment::cents)).isEqualTo(Serializers.longs().snapshot().toString());
    assertThat(described(Payment::country)).isEqualTo(Serializers.strings().snapshot().toString());
  }

  @Test
  void serializer_ofLambdas_isThatOfTheResult() {
    assertThat(described(payment -> payment.cents() % 10))
        .isEqualTo(Serializers.longs().snapshot().toString());
    assertThat(described(payment -> LocalDate.EPOCH))
        .isEqualTo(Serializers.localDates().snapshot().toString());
    String captured = "x";
    assertThat(described(payment -> captured + payment.cents()))
        .isEqualTo(Serializers.strings().snapshot().toString());
  }

  @Test
  void serializer_ofAClass_isThatOfItsTypeArgument() {
    KeySelector<Payment, Integer> selector =
        new KeySelector<>() {
          private static final long serialVersionUID = 1L;

          @Override
          public Integer key(Payment payment) {
            return payment.card().country();
          }
        };
    assertThat(described(selector)).isEqualTo(Serializers.ints().snapshot().toString());
  }

  @Test
  void serializer_ofATypeWithoutOne_namesTheTypeAndTheWayOut() {
    assertThatThrownBy(() -> described(payment -> new StringBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the keys are of type java.lang.StringBuilder")
        .hasMessageContaining("second argument of keyBy");
    assertThatThrownBy(() -> described(Payment::tags))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.util.List")
        .hasMessageContaining("second argument of keyBy");
  }

  private static <K> KeySelector<Payment, K> generic(K key) {
    return payment -> key;
  }

  @Test
  void serializer_ofATypeThatCannotBeTold_saysSo() {
    assertThatThrownBy(() -> described(generic("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the type of the keys cannot be told")
        .hasMessageContaining("second argument of keyBy");
  }
}
