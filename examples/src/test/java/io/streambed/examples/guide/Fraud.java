package io.streambed.examples.guide;

import io.streambed.backend.Store;
import io.streambed.connector.ForEachSink;
import io.streambed.connector.LineFileSource;
import io.streambed.job.Job;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.WatermarkStrategy;
import io.streambed.runtime.Streambed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What is paid with each card in ten minutes, and in how many shops: three or more are told. */
public final class Fraud {
  record Payment(String card, String shop, long cents, long atMillis) {
    static Payment parse(String line) {
      String[] fields = line.split(",");
      return new Payment(
          fields[0], fields[1], Long.parseLong(fields[2]), Long.parseLong(fields[3]));
    }
  }

  record TenMinutes(String card, long number) {}

  record Stats(int payments, long cents, int shops) {}

  record Alert(String id, Stats stats) {}

  static KeyedHandler<Payment> detect(KeyedContext<TenMinutes, Alert> context) {
    var stats = context.value("stats", Stats.class, new Stats(0, 0, 0));
    var shops = context.map("shops", String.class, Long.class);
    return KeyedHandler.of(
        (payment, atMillis) -> {
          Stats old = stats.value();
          int more = shops.contains(payment.shop()) ? 0 : 1;
          shops.put(payment.shop(), atMillis);
          stats.update(
              new Stats(old.payments() + 1, old.cents() + payment.cents(), old.shops() + more));
          context.registerEventTimer((context.key().number() + 1) * 600_000 - 1);
        },
        endMillis -> {
          context.emit(new Alert(context.key().card() + "-" + endMillis, stats.getAndClear()));
          shops.clear();
        });
  }

  static Job job(Path directory, int parallelism) {
    var payments = LineFileSource.of(directory.resolve("payments.csv"), Payment::parse);
    return Streambed.job("fraud")
        .parallelism(parallelism)
        .source("payments", payments, WatermarkStrategy.bounded(Duration.ZERO, Payment::atMillis))
        .filter(payment -> payment.cents() > 0)
        .keyBy(payment -> new TenMinutes(payment.card(), payment.atMillis() / 600_000))
        .process("stats", Fraud::detect)
        .filter(alert -> alert.stats().shops() > 2)
        .sink(
            "alerts",
            new ForEachSink<>(
                alert ->
                    Files.writeString(directory.resolve(alert.id()), alert.stats().toString())))
        .build();
  }

  public static void main(String[] args) {
    Path directory = Path.of(args[0]);
    System.out.println(Streambed.run(job(directory, 2), Store.heap(directory)));
  }
}
