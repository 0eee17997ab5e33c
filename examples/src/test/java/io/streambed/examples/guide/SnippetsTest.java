package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.examples.guide.Snippets.Order;
import io.streambed.examples.guide.Snippets.Payment;
import io.streambed.job.JobBuilder;
import io.streambed.job.Sink;
import io.streambed.runtime.Streambed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the short pieces of the pages. */
@Timeout(300)
class SnippetsTest {
  private final JobBuilder job = Streambed.job("pieces");
  private final CollectingSink<Object> results = new CollectingSink<>();

  private void run() {
    Streambed.run(job.build(), Store.memory());
  }

  @Test
  void steps_ofTwoSources_giveTheWordsOfBoth() {
    Snippets.steps(job, results);
    run();
    assertThat(results.results()).containsExactlyInAnyOrder("old", "lines", "new", "lines");
  }

  @Test
  void outputs_ofOneFunction_areThree() {
    CollectingSink<Object> large = new CollectingSink<>();
    CollectingSink<Object> failed = new CollectingSink<>();
    Order small = new Order("1", "ada", 500);
    Order negative = new Order("2", "ada", -1);
    Order big = new Order("3", "ada", 200_000);
    Snippets.outputs(
        job.source("orders", ListSource.of(small, negative, big)), results, large, failed);
    run();
    assertThat(results.results()).containsExactly("ada 500", "ada 200500");
    assertThat(large.results()).containsExactly(big);
    assertThat(failed.results()).containsExactly(negative);
  }

  @Test
  void totals_ofOneCustomer_addUp() {
    CollectingSink<String> results = new CollectingSink<>();
    JobBuilder job = Streambed.job("test");
    job.source("orders", ListSource.of(new Order("1", "ada", 500), new Order("2", "ada", 30)))
        .keyBy(Order::customer)
        .process("total", Snippets::total)
        .sink("totals", results);
    Streambed.run(job.build(), Store.memory());
    assertThat(results.results()).containsExactly("ada 500", "ada 530");
  }

  @Test
  void twoInputs_withTheSameKey_meet() {
    Snippets.twoInputs(
        job.source("orders", ListSource.of(new Order("1", "ada", 500))),
        job.source("payments", ListSource.of(new Payment("1", 400), new Payment("2", 7))),
        results);
    run();
    assertThat(results.results()).containsExactly("1 paid 400");
  }

  @Test
  void batchSink_itsDirectoryIsGone_bringsItBackFromTheSavepoint(@TempDir Path directory)
      throws IOException {
    Path output = directory.resolve("gone/output");
    byte[] kept = {'a', '\n'};
    Sink.SavedContent saved =
        (name, to) -> {
          to.write(kept);
          return true;
        };
    new BatchSink(output)
        .open(new Sink.SinkContext<>("out", 0, "job", "run", 3, List.of("batch-1"), saved));
    assertThat(output.resolve("batch-1")).hasBinaryContent(kept);
  }
}
