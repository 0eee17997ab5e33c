package io.streambed.examples.guide;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.FileSink;
import io.streambed.connector.ListSource;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.DataStream;
import io.streambed.job.FailedElement;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedCoHandler;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.SideOutput;
import io.streambed.rocksdb.RocksStore;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Serializers;
import io.streambed.state.MapState;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The short pieces of the pages; {@link SnippetsTest} runs those that make a job. */
final class Snippets {
  private static final SideOutput<Order> LARGE = SideOutput.named("large");
  private static final SideOutput<FailedElement> FAILED = SideOutput.named("failed");

  private Snippets() {}

  record Order(String id, String customer, long cents) {}

  record Payment(String orderId, long cents) {}

  record Customer(String name, String phone) {}

  // ---- jobs.md

  static void steps(JobBuilder job, CollectingSink<Object> words) {
    DataStream<String> archive = job.source("archive", ListSource.of("Old lines"));
    job.source("lines", ListSource.of("new lines", ""))
        .union(archive)
        .filter(line -> !line.isBlank())
        .flatMap(line -> List.of(line.split(" ")))
        .map(String::toLowerCase)
        .sink("words", words);
  }

  static KeyedHandler<Order> total(KeyedContext<String, String> context) {
    var total = context.value("total", Long.class, 0L);
    return (order, timestampMillis) -> {
      if (order.cents() < 0) {
        throw new IllegalArgumentException("negative");
      }
      total.update(total.value() + order.cents());
      context.emit(context.key() + " " + total.value());
      if (order.cents() > 100_000) {
        context.emit(LARGE, order);
      }
    };
  }

  static void outputs(
      DataStream<Order> orders,
      CollectingSink<Object> totals,
      CollectingSink<Object> large,
      CollectingSink<Object> failed) {
    DataStream<String> results =
        orders.keyBy(Order::customer).process("total", Snippets::total).failuresTo(FAILED);
    results.sink("totals", totals);
    results.sideOutput(LARGE).sink("large", large);
    results.sideOutput(FAILED).map(FailedElement::element).sink("failed", failed);
  }

  /** Orders with their payments, whichever comes first. */
  private static KeyedCoHandler<Order, Payment> match(KeyedContext<String, String> context) {
    var waiting = context.value("order", Order.class);
    var paid = context.value("paid", Long.class);
    return new KeyedCoHandler<>() {
      @Override
      public void onElement(Order order, long timestampMillis) {
        waiting.update(order);
        emitIfBoth();
      }

      @Override
      public void onSecond(Payment payment, long timestampMillis) {
        paid.update(payment.cents());
        emitIfBoth();
      }

      private void emitIfBoth() {
        if (waiting.value() != null && paid.value() != null) {
          context.emit(waiting.getAndClear().id() + " paid " + paid.getAndClear());
        }
      }
    };
  }

  static void twoInputs(
      DataStream<Order> orders, DataStream<Payment> payments, CollectingSink<Object> matched) {
    orders
        .keyBy(Order::id)
        .process("match", payments.keyBy(Payment::orderId), Snippets::match)
        .sink("matched", matched);
  }

  // ---- state.md

  static void renamed(KeyedContext<String, String> context) {
    var total = new ValueStateDescriptor<>("total", Serializers.longs()).withFormerNames("sum");
    context.state(total);
  }

  static void types(KeyedContext<String, String> context) {
    var byHour = context.map("byHour", Long.class, Long.class);
    var lines = new ValueStateDescriptor<>("lines", Serializers.list(Serializers.strings()));
    var customer =
        new ValueStateDescriptor<>(
            "customer",
            Serializers.records(
                Customer.class, Map.of("phone", Serializers.nullable(Serializers.strings()))));
    context.state(lines);
    context.state(customer);
    byHour.clear();
  }

  static void expiring(KeyedContext<String, String> context) {
    TimeToLive thirtyDays = TimeToLive.of(Duration.ofDays(30));
    ValueState<String> lastDevice = context.value("lastDevice", String.class, thirtyDays);
    MapState<String, Long> seen =
        context.map("seen", String.class, Long.class, thirtyDays.withEventTime());
    lastDevice.clear();
    seen.clear();
  }

  // ---- stores.md

  static List<Store> stores() {
    Store heap = Store.heap(Path.of("/data/visits"));
    Store rocksdb =
        RocksStore.in(Path.of("/data/visits"), options -> options.withMemoryBytes(1L << 30));
    Store apart =
        Store.of(
            StateBackend.of(
                new HeapKeyedStoreFactory(),
                new FileCheckpointStorage(
                    new LocalFileSystem(),
                    FileStorageOptions.in(Path.of("/backed-up/visits/checkpoints"))
                        .withSavepointRoot(Path.of("/backed-up/visits/savepoints")),
                    UUID::randomUUID)));
    return List.of(heap, rocksdb, apart);
  }

  static void parallelism(Path directory) {
    JobBuilder job = Streambed.job("orders").parallelism(4).parallelism("output", 1);
    job.source("orders", ListSource.of("a")).sink("output", FileSink.lines(directory));
    Streambed.run(job.build(), Store.memory());
  }
}
