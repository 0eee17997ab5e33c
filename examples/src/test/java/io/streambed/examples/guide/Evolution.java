package io.streambed.examples.guide;

import io.streambed.serial.Alias;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Removed;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueStateDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A shop's types as state was written with, and as they are now; {@link EvolutionTest} migrates.
 */
final class Evolution {
  private Evolution() {}

  interface Before {
    record Order(String id, int cents, String comment, Status status, List<Payment> payments) {}

    enum Status {
      OPEN,
      SENT
    }

    sealed interface Payment {}

    record CreditCard(String number) implements Payment {}

    record Cash(int cents) implements Payment {}
  }

  interface Now {
    @Removed("comment")
    record Order(
        String id,
        @Alias("cents") long priceCents,
        @DefaultValue("EUR") String currency,
        Optional<String> coupon,
        Status status,
        List<Payment> payments) {}

    enum Status {
      OPEN,
      PAID,
      @Alias("SENT")
      SHIPPED
    }

    sealed interface Payment {}

    @Alias("CreditCard")
    record Card(String number) implements Payment {}

    record Cash(int cents) implements Payment {}

    record Voucher(long id) implements Payment {}
  }

  interface Tagged {
    record Order(String id, int cents, List<String> tags) {}

    static ValueStateDescriptor<Order> order() {
      var order =
          new ValueStateDescriptor<>(
              "order", Serializers.records(Order.class, Map.of(), Map.of("tags", List.of("old"))));
      return order;
    }
  }
}
