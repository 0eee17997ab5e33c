package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.harness.FraudDetector.Payment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FraudDetectorTest {
  @RegisterExtension final HarnessExtension harnesses = HarnessExtension.everywhere();

  final FunctionHarness<String, Payment, String> t =
      harnesses.add(FunctionHarness.of(Payment::card, new FraudDetector()));

  @Test
  void largePayment_goesToTheSideOutputAtOnce() {
    t.element(new Payment("card-1", "garage", 150_000), 0);
    assertThat(t.sideOutput(FraudDetector.LARGE)).hasSize(1);
  }
}
