package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.examples.guide.Fraud.Alert;
import io.streambed.examples.guide.Fraud.Payment;
import io.streambed.examples.guide.Fraud.Stats;
import io.streambed.examples.guide.Fraud.TenMinutes;
import io.streambed.harness.FunctionHarness;
import io.streambed.harness.HarnessExtension;
import io.streambed.harness.HarnessSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FraudTest {
  @RegisterExtension final HarnessExtension harnesses = HarnessExtension.everywhere();

  final FunctionHarness<TenMinutes, Payment, Alert> t =
      harnesses.add(
          FunctionHarness.of(
              payment -> new TenMinutes(payment.card(), payment.atMillis() / 600_000),
              Fraud::detect));

  @Test
  void payments_ofTenMinutes_areSummedUpByCard() {
    t.element(new Payment("card-1", "bakery", 250, 0), 0);
    t.element(new Payment("card-2", "garage", 1_500, 1_000), 1_000);
    TenMinutes first = new TenMinutes("card-1", 0);
    assertThat(t.value(first, "stats", Stats.class)).isEqualTo(new Stats(1, 250, 1));

    HarnessSnapshot snapshot = t.snapshot();
    t.rescale(3);
    t.element(new Payment("card-1", "garage", 1_000, 60_000), 60_000);
    t.element(new Payment("card-1", "bakery", 300, 120_000), 120_000);
    assertThat(t.map(first, "shops", String.class, Long.class))
        .containsOnlyKeys("bakery", "garage");
    t.watermark(599_998);
    assertThat(t.output()).isEmpty();
    t.watermark(599_999);
    assertThat(t.output())
        .containsExactlyInAnyOrder(
            new Alert("card-1-599999", new Stats(3, 1_550, 2)),
            new Alert("card-2-599999", new Stats(1, 1_500, 1)));
    assertThat(t.timers()).isZero();

    t.restore(snapshot).watermark(599_999);
    assertThat(t.output()).contains(new Alert("card-1-599999", new Stats(1, 250, 1)));
  }
}
