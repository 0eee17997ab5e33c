package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.job.Job;
import io.streambed.rocksdb.RocksStore;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.JobResult;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs {@link Fraud} as its user would: stopped, moved, changed. */
@Timeout(300)
class FraudJobTest {
  private static final int PAYMENTS = 100_000;
  private static final int CARDS = 20;
  private static final int SHOPS = 50;

  /** After so many payments a run is slowed down, for it to be stopped before the end. */
  private static final int STOPPED_AFTER = 20_000;

  private volatile boolean asked;

  @TempDir Path directory;

  /** Makes a job: the program as it is, or a later version of it. */
  private interface Program {
    Job job(Path directory, int parallelism) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void run_stoppedAndMoved_tellsOfTheSameCards(String store) throws Exception {
    List<String> input = payments();
    stoppedHard(Fraud::job, 2, store(store));
    String savepoint = stoppedWithSavepoint(Fraud::job, 4, store(store));
    finish(Fraud::job, 3, store(store), savepoint);
    assertThat(alerts()).isEqualTo(expected(input));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void run_ofAnEarlierVersionsState_goesOnWithWiderAndNewComponents(String store) throws Exception {
    List<String> input = payments();
    stoppedHard(Fraud::job, 2, store(store));
    Program changed = changed();
    String savepoint = stoppedWithSavepoint(changed, 4, store(store));
    finish(changed, 3, store(store), savepoint);
    Map<String, String> alerts = alerts();
    alerts.replaceAll((id, stats) -> stats.replaceAll(", largest=\\d+", ""));
    assertThat(alerts).isEqualTo(expected(input));
  }

  private Store store(String name) {
    return name.equals("heap")
        ? Store.heap(directory)
        : RocksStore.in(directory, options -> options.withMemoryBytes(32L << 20));
  }

  private static RunOptions from(RestorePoint restore) {
    return RunOptions.defaults()
        .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(20))
        .withRestore(restore);
  }

  /** Starts a job, or goes on with it, and waits until it has read a part of the input. */
  private JobHandle started(Program program, int parallelism, Store store) throws Exception {
    asked = false;
    CountDownLatch checkpoint = new CountDownLatch(1);
    CountDownLatch read = new CountDownLatch(1);
    RunOptions options =
        from(new RestorePoint.Latest())
            .withProbe(
                event -> {
                  if (event instanceof JobEvent.CheckpointCompleted) {
                    checkpoint.countDown();
                  } else if (event instanceof JobEvent.RecordsRead records
                      && records.records() > STOPPED_AFTER) {
                    read.countDown();
                    sleep();
                  }
                });
    JobHandle running = Streambed.start(program.job(directory, parallelism), store, options);
    checkpoint.await();
    read.await();
    return running;
  }

  /** Slows the source down, so that it is not at its end before it is asked to stop. */
  private void sleep() {
    try {
      Thread.sleep(asked ? 2 : 30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stoppedHard(Program program, int parallelism, Store store) throws Exception {
    JobHandle running = started(program, parallelism, store);
    running.cancel();
    assertThat(running.await().end()).isEqualTo(JobResult.End.CANCELLED);
  }

  private String stoppedWithSavepoint(Program program, int parallelism, Store store)
      throws Exception {
    JobHandle running = started(program, parallelism, store);
    CompletableFuture<String> stopping = running.stopWithSavepoint();
    asked = true;
    String savepoint = stopping.join();
    JobResult result = running.await();
    assertThat(result.restoredId()).isPresent();
    assertThat(result.recordsRead()).isLessThan(PAYMENTS);
    return savepoint;
  }

  private void finish(Program program, int parallelism, Store store, String savepoint)
      throws Exception {
    JobResult result =
        Streambed.run(
            program.job(directory, parallelism), store, from(new RestorePoint.At(savepoint)));
    assertThat(result.recordsRead()).isBetween(1L, PAYMENTS - STOPPED_AFTER - 1L);
  }

  // ---- a later version of the program

  /** The program with a component of its state's record widened and one added. */
  private Program changed() throws Exception {
    String source =
        Files.readString(Path.of("src/test/java/io/streambed/examples/guide/Fraud.java"));
    source =
        edited(
            source,
            "Stats(int payments, long cents, int shops)",
            "Stats(long payments, long cents, int shops, long largest)");
    source =
        edited(
            source,
            "old.shops() + more)",
            "old.shops() + more, Math.max(old.largest(), payment.cents()))");
    source = edited(source, "new Stats(0, 0, 0)", "new Stats(0, 0, 0, 0)");
    Path file = Files.createDirectories(directory.resolve("changed")).resolve("Fraud.java");
    Files.writeString(file, source);
    StringWriter errors = new StringWriter();
    List<String> options =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            directory.resolve("changed").toString());
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(errors, files, null, options, null, files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as(errors.toString()).isTrue();
    }
    // Its classes have the names of those that the test was compiled with, and come before them.
    URL[] first = {directory.resolve("changed").toUri().toURL()};
    ClassLoader loader =
        new URLClassLoader(first, getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
              if (!name.startsWith(Fraud.class.getName())) {
                return super.loadClass(name, resolve);
              }
              Class<?> loaded = findLoadedClass(name);
              return loaded == null ? findClass(name) : loaded;
            }
          }
        };
    Method job =
        loader.loadClass(Fraud.class.getName()).getDeclaredMethod("job", Path.class, int.class);
    job.setAccessible(true);
    return (directory, parallelism) -> (Job) job.invoke(null, directory, parallelism);
  }

  private static String edited(String source, String from, String to) {
    assertThat(source).contains(from);
    return source.replace(from, to);
  }

  // ---- what goes in, and what is to come out

  private List<String> payments() throws IOException {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < PAYMENTS; i++) {
      int card = random.nextInt(CARDS);
      // Each card has shops of its own, one or many.
      int shop = card * SHOPS + random.nextInt(1 + card % 5);
      lines.add("card" + card + ",shop" + shop + "," + (random.nextInt(200) - 5) + "," + i * 150L);
    }
    Files.write(directory.resolve("payments.csv"), lines);
    return lines;
  }

  private static Map<String, String> expected(List<String> input) {
    Map<String, long[]> sums = new TreeMap<>();
    Map<String, Set<String>> shops = new TreeMap<>();
    for (String line : input) {
      String[] fields = line.split(",");
      long cents = Long.parseLong(fields[2]);
      if (cents > 0) {
        String id = fields[0] + "-" + (Long.parseLong(fields[3]) / 600_000 * 600_000 + 599_999);
        long[] sum = sums.computeIfAbsent(id, each -> new long[2]);
        sum[0]++;
        sum[1] += cents;
        shops.computeIfAbsent(id, each -> new HashSet<>()).add(fields[1]);
      }
    }
    Map<String, String> alerts = new TreeMap<>();
    sums.forEach(
        (id, sum) -> {
          int distinct = shops.get(id).size();
          if (distinct > 2) {
            alerts.put(
                id, "Stats[payments=" + sum[0] + ", cents=" + sum[1] + ", shops=" + distinct + "]");
          }
        });
    return alerts;
  }

  private Map<String, String> alerts() throws IOException {
    Map<String, String> alerts = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().startsWith("card")).toList()) {
        alerts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return alerts;
  }
}
