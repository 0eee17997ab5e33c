package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.model.ModelOptions;
import io.streambed.testkit.model.ModelReport;
import io.streambed.testkit.model.ModelRunner;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random jobs on the RocksDB store, and moving between it and the heap; few, for each restore makes
 * new databases. Longer runs: {@code -Dstreambed.model.seeds=}, {@code
 * -Dstreambed.model.operations=}, {@code -Dstreambed.seed=}.
 */
class RocksModelTest implements RocksStores {
  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void run_rocksStore_agreesWithTheModel() {
    run("rocksdb", FACTORY);
  }

  @Test
  void run_movingBetweenHeapAndRocks_agreesWithTheModel() {
    ModelReport report = run("heap and rocksdb", new HeapKeyedStoreFactory(), FACTORY);
    assertThat(report.moves()).isGreaterThanOrEqualTo(10);
  }

  private ModelReport run(String name, KeyedStoreFactory... factories) {
    ModelOptions options =
        new ModelOptions(
            List.of(factories),
            Long.getLong("streambed.seed", 1),
            Integer.getInteger("streambed.model.seeds", 4),
            Integer.getInteger("streambed.model.operations", 5_100));
    System.out.println(name + ", first seed " + options.firstSeed());
    ModelReport report = new ModelRunner(options, executor).run();
    System.out.println(name + ": " + report);
    assertThat(report.snapshots()).isGreaterThanOrEqualTo(30);
    assertThat(report.overtaking()).isGreaterThanOrEqualTo(5);
    assertThat(report.cancelled()).isGreaterThanOrEqualTo(5);
    assertThat(report.increments()).isGreaterThanOrEqualTo(10);
    assertThat(report.restores()).isGreaterThanOrEqualTo(20);
    assertThat(report.fromIncrements()).isGreaterThanOrEqualTo(5);
    assertThat(report.rescales()).isGreaterThanOrEqualTo(15);
    return report;
  }
}
