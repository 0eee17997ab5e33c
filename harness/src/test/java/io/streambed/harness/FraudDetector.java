package io.streambed.harness;

import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.job.SideOutput;
import io.streambed.state.MapState;
import io.streambed.state.ValueState;

/** Tells what was paid with a card in the ten minutes after its first payment. */
final class FraudDetector implements KeyedFunction<String, FraudDetector.Payment, String> {
  static final SideOutput<Payment> LARGE = SideOutput.named("large");
  private static final long TEN_MINUTES = 600_000;

  record Payment(String card, String shop, long cents) {}

  record Stats(int count, long cents) {}

  @Override
  public KeyedHandler<Payment> open(KeyedContext<String, String> context) {
    ValueState<Stats> stats = context.value("stats", Stats.class);
    MapState<String, Integer> shops = context.map("shops", String.class, Integer.class);
    return KeyedHandler.of(
        (payment, timestampMillis) -> {
          Stats before = stats.value();
          if (before == null) {
            before = new Stats(0, 0);
            context.registerEventTimer(timestampMillis + TEN_MINUTES);
          }
          stats.update(new Stats(before.count() + 1, before.cents() + payment.cents()));
          Integer visits = shops.get(payment.shop());
          shops.put(payment.shop(), visits == null ? 1 : visits + 1);
          if (payment.cents() >= 100_000) {
            context.emit(LARGE, payment);
          }
        },
        timestampMillis -> {
          int distinct = 0;
          for (String shop : shops.keys()) {
            distinct++;
          }
          Stats all = stats.value();
          context.emit(
              context.key() + ": " + all.count() + "x, " + all.cents() + " at " + distinct);
          stats.clear();
          shops.clear();
        });
  }
}
