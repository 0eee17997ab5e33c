package io.streambed.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random jobs on the heap store, on the byte store, with and without files of its own, and moving
 * between them. Longer runs: {@code -Dstreambed.model.seeds=}, {@code
 * -Dstreambed.model.operations=}, {@code -Dstreambed.seed=}.
 */
class ModelTest {
  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void run_heapStore_agreesWithTheModel() {
    run("heap", new HeapKeyedStoreFactory());
  }

  @Test
  void run_byteStore_agreesWithTheModel() {
    run("bytes", new ByteStoreFactory());
  }

  @Test
  void run_movingBetweenStores_agreesWithTheModel() {
    ModelReport report = run("heap and bytes", new HeapKeyedStoreFactory(), new ByteStoreFactory());
    assertThat(report.moves()).isGreaterThanOrEqualTo(20);
  }

  @Test
  void run_byteStoreWithFiles_agreesWithTheModel() {
    ModelReport report = run("bytes in files", ByteStoreFactory.incremental());
    assertThat(report.increments()).isGreaterThanOrEqualTo(50);
    assertThat(report.fromIncrements()).isGreaterThanOrEqualTo(20);
  }

  @Test
  void run_movingBetweenStoresOneOfThemWithFiles_agreesWithTheModel() {
    ModelReport report =
        run("heap and bytes in files", new HeapKeyedStoreFactory(), ByteStoreFactory.incremental());
    assertThat(report.moves()).isGreaterThanOrEqualTo(20);
    assertThat(report.increments()).isPositive();
  }

  private ModelReport run(String name, KeyedStoreFactory... factories) {
    ModelOptions options = ModelOptions.ofProperties(factories);
    System.out.println(name + ", first seed " + options.firstSeed());
    ModelReport report = new ModelRunner(options, executor).run();
    System.out.println(name + ": " + report);
    assertThat(report.runs()).isGreaterThanOrEqualTo(20);
    assertThat(report.operations()).isGreaterThanOrEqualTo(20 * 5_000);
    assertThat(report.snapshots()).isGreaterThanOrEqualTo(50);
    assertThat(report.overtaking()).isGreaterThanOrEqualTo(20);
    assertThat(report.cancelled()).isGreaterThanOrEqualTo(20);
    assertThat(report.restores()).isGreaterThanOrEqualTo(30);
    assertThat(report.rescales()).isGreaterThanOrEqualTo(20);
    assertThat(report.fired()).isGreaterThanOrEqualTo(1_000);
    assertThat(report.looks()).isGreaterThanOrEqualTo(1_000);
    return report;
  }
}
