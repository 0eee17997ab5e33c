package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.backend.KeyedStateGroup;
import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.FileSink;
import io.streambed.connector.LineFileSource;
import io.streambed.connector.ListSource;
import io.streambed.connector.QueueSource;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.DataStream;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeySelector;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.job.Source;
import io.streambed.rocksdb.RocksStore;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Alias;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.state.StateQuery;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.MemoryBudget;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Makes the mistakes of docs/troubleshooting.md, and compares what each says with the page. */
@Timeout(300)
class MistakesTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting.md");
  private static final RunOptions ONCE = RunOptions.defaults().withRestarts(RestartPolicy.NEVER);

  @TempDir Path directory;

  private final Map<String, ThrowingCallable> mistakes = new LinkedHashMap<>();

  private static final class Plain {}

  private record HasPlain(String name, Plain part) {}

  private record Part(String name, Integer number) {}

  /** Reads one byte of what it wrote. */
  private record HalfReading() implements Serializer<String> {
    @Override
    public void write(String value, ByteWriter out) {
      out.writeText(value);
    }

    @Override
    public String read(ByteReader in) {
      return String.valueOf(in.readUnsignedByte());
    }

    @Override
    public String copy(String value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<String> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return new SerializerSnapshot("half-reading", 1, Map.of(), Map.of());
    }
  }

  /** Has the name of a compression whose artifact is not here; compresses nothing. */
  private static final class NotHere implements Compression {
    @Override
    public String name() {
      return "zstd";
    }

    @Override
    public long maxRawLength(int storedLength) {
      return 0;
    }

    @Override
    public Codec codec() {
      return NONE.codec();
    }
  }

  private static JobBuilder visits() {
    return Streambed.job("visits");
  }

  private static DataStream<String> words(JobBuilder job) {
    return job.source("words", ListSource.of("a", "b"));
  }

  private static void run(JobBuilder job, Store store) {
    Streambed.run(job.build(), store, ONCE);
  }

  /** Runs a function over some words. */
  private static void count(KeyedFunction<String, String, Object> function) {
    count(function, Store.memory());
  }

  private static void count(KeyedFunction<String, String, Object> function, Store store) {
    count(visits(), word -> word, function, store);
  }

  private static <K> void keys(KeySelector<String, K> key) {
    count(visits(), key, context -> (word, at) -> {}, Store.memory());
  }

  private static <K> void count(
      JobBuilder job,
      KeySelector<String, K> key,
      KeyedFunction<K, String, Object> function,
      Store store) {
    words(job).keyBy(key).process("count", function).sink("results", new CollectingSink<>());
    run(job, store);
  }

  private void read(String name, byte[] content) throws IOException {
    read(Files.write(directory.resolve(name), content));
  }

  private static void read(Path file) {
    JobBuilder job = visits();
    job.source("lines", LineFileSource.of(file, Integer::valueOf))
        .sink("results", new CollectingSink<>());
    run(job, Store.memory());
  }

  private static void write(Path output, Store store) {
    JobBuilder job = visits();
    words(job).sink("results", FileSink.lines(output));
    run(job, store);
  }

  private static <V> KeyedFunction<String, String, Object> opening(Class<V> type) {
    return context -> {
      context.value("count", type);
      return (word, at) -> {};
    };
  }

  private static Store atEnd(Path directory) {
    count(
        context -> {
          var part = context.value("count", Part.class);
          return (word, at) -> part.update(new Part(word, 1));
        },
        Store.heap(directory));
    return Store.heap(directory);
  }

  // ---- the mistakes, as the page has them

  private void declaring() {
    mistakes.put(
        "is used twice: ids find state, so they are unique",
        () -> words(visits()).sink("words", new CollectingSink<>()).build());
    mistakes.put(
        "nobody reads what operator \"count\" gives",
        () -> {
          JobBuilder job = visits();
          words(job).keyBy(word -> word).process("count", context -> (word, at) -> {});
          job.build();
        });
    mistakes.put("the type of the keys cannot be told", () -> keys(word -> (Object) word));
    mistakes.put("which no serializer can be derived for", () -> keys(word -> new Plain()));
    mistakes.put("cannot be keys", () -> keys(word -> new byte[1]));
    mistakes.put("no built-in serializer for", () -> count(opening(HasPlain.class)));
    mistakes.put("its type arguments are missing", () -> count(opening(List.class)));
    mistakes.put(
        "is used while its function is opened",
        () ->
            count(
                context -> {
                  context.value("count", Integer.class, 0).update(1);
                  return (word, at) -> {};
                }));
    mistakes.put(
        "and did not when the job was built",
        () -> count(context -> (word, at) -> context.value("count", Integer.class).update(1)));
    mistakes.put(
        "declares keyed state \"count\" twice",
        () ->
            count(
                context -> {
                  context.list("count", String.class);
                  return opening(String.class).open(context);
                }));
    mistakes.put(
        "not in 1..128, the max parallelism",
        () -> words(visits().parallelism(129)).sink("results", new CollectingSink<>()).build());
  }

  private void functions() {
    mistakes.put("gave null for the element", () -> keys(word -> (String) null));
    mistakes.put("does not fit the key's serializer", () -> keys(word -> new Part(word, null)));
    mistakes.put(
        "emitted null as a result", () -> count(context -> (word, at) -> context.emit(null)));
    mistakes.put(
        "gave null as a result",
        () -> {
          JobBuilder job = visits();
          words(job).map(word -> null).sink("results", new CollectingSink<>());
          run(job, Store.memory());
        });
    mistakes.put(
        "because the return value of \"io.streambed.state.ValueState.value()\" is null",
        () ->
            count(
                context -> {
                  var count = context.value("count", Integer.class);
                  return (word, at) -> count.update(count.value() + 1);
                }));
    mistakes.put(
        "breaks the contract of serializers",
        () ->
            count(
                context -> {
                  var state = context.state(new ValueStateDescriptor<>("count", new HalfReading()));
                  return (word, at) -> state.update(word);
                }));
    mistakes.put(
        "wrap the serializer with Serializers.nullable",
        () ->
            count(
                context -> {
                  var part = context.value("count", Part.class);
                  return (word, at) -> part.update(new Part(word, null));
                },
                Store.heap(directory.resolve("nulls"))));
    mistakes.put(
        "a user key must not be null",
        () ->
            count(
                context -> {
                  var parts = context.map("count", String.class, Integer.class);
                  return (word, at) -> parts.put(null, 1);
                }));
    mistakes.put(
        "and the handler has no onEventTimer",
        () -> count(context -> (word, at) -> context.registerEventTimer(7)));
    mistakes.put(
        "fire without end",
        () ->
            count(
                context ->
                    KeyedHandler.of(
                        (word, at) -> context.registerEventTimer(7),
                        at -> context.registerEventTimer(at + 1))));
    mistakes.put(
        "no current key: set one",
        () -> {
          try (var visits = KeyedStateGroup.open(Store.memory(), "visits", String.class, 1)) {
            var count = new ValueStateDescriptor<>("count", Serializers.longs());
            visits.subtasks().get(0).getState(count).value();
          }
        });
    mistakes.put(
        "bytes of memory: ",
        () -> {
          MemoryBudget memory = new MemoryBudget(100, "Give it more.");
          StateBackend backend =
              StateBackend.of(
                  ByteStoreFactory.leasing(), Store.memory().backend().checkpoints(), memory);
          count(opening(Integer.class), Store.of(backend));
        });
  }

  private void input() {
    mistakes.put("does not exist", () -> read(directory.resolve("nothing")));
    mistakes.put("is a directory; give the path of a file", () -> read(directory));
    mistakes.put("is a pipe or a device", () -> read(Path.of("/dev/null")));
    mistakes.put(
        "begins with the byte order mark of UTF-16",
        () -> read("utf-16", "\ufeff7".getBytes(StandardCharsets.UTF_16LE)));
    mistakes.put(", line 2: ", () -> read("words", "7\nseven".getBytes(StandardCharsets.UTF_8)));
    mistakes.put(
        "found its end too early",
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("7\n".repeat(100).getBytes(StandardCharsets.UTF_8));
          }
          read("cut", Arrays.copyOf(bytes.toByteArray(), bytes.size() - 4));
        });
  }

  private static Job pushed(QueueSource<String> words, Path output) {
    JobBuilder job = visits();
    job.source("words", words).sink("results", FileSink.lines(output));
    return job.build();
  }

  private void output() {
    mistakes.put(
        "both write to the directory",
        () -> {
          JobBuilder job = visits();
          words(job).sink("first", FileSink.lines(directory));
          words(job).sink("second", FileSink.lines(directory));
          job.build();
        });
    mistakes.put(
        "neither may be in the other",
        () -> write(directory.resolve("around"), Store.heap(directory.resolve("around"))));
    mistakes.put(
        "was written by an earlier run, and this one starts from nothing",
        () -> {
          write(directory.resolve("again"), Store.memory());
          write(directory.resolve("again"), Store.memory());
        });
    mistakes.put(
        "its lines would come twice",
        () -> {
          Path output = directory.resolve("twice");
          Store store = Store.heap(directory.resolve("twice-state"));
          QueueSource<String> words = new QueueSource<>(10);
          JobHandle running = Streambed.start(pushed(words, output), store);
          String savepoint = running.savepoint().join();
          words.push("later");
          words.end();
          running.await();
          QueueSource<String> again = new QueueSource<>(10);
          again.end();
          Streambed.run(
              pushed(again, output),
              store,
              RunOptions.defaults()
                  .withRestarts(RestartPolicy.NEVER)
                  .withRestore(new RestorePoint.At(savepoint)));
        });
    mistakes.put(
        "a result is one line, this one has several",
        () -> {
          JobBuilder job = visits();
          words(job)
              .map(word -> word + "\n")
              .sink("results", FileSink.lines(directory.resolve("feed")));
          run(job, Store.memory());
        });
  }

  private void startingAgain() {
    mistakes.put(
        "is held by another process, or by another job",
        () -> {
          Store store = Store.heap(directory.resolve("held"));
          QueueSource<String> queue = new QueueSource<>(1);
          JobBuilder job = visits();
          job.source("queue", queue).sink("results", new CollectingSink<>());
          JobHandle running = Streambed.start(job.build(), store);
          try {
            queue.push("a");
            while (running.recordsRead() == 0) {
              Thread.sleep(1);
            }
            count(opening(String.class), store);
          } finally {
            running.cancel();
            catchThrowable(running::await);
          }
        });
    mistakes.put(
        "Give the operators their ids back",
        () -> {
          Store store = atEnd(directory.resolve("ids"));
          JobBuilder job = visits();
          words(job)
              .keyBy(word -> word)
              .process("counts", opening(Part.class))
              .sink("results", new CollectingSink<>());
          run(job, store);
        });
    mistakes.put(
        "Keys decide where state lies",
        () ->
            count(
                visits(),
                String::length,
                context -> {
                  context.value("count", Part.class);
                  return (word, at) -> {};
                },
                atEnd(directory.resolve("keys"))));
    record Renamed(String title, Integer number) {}
    mistakes.put(
        "lost components (name) and got others (title) at once",
        () -> count(opening(Renamed.class), atEnd(directory.resolve("renamed"))));
    record Other(long size) {}
    mistakes.put(
        "so this is another type",
        () -> count(opening(Other.class), atEnd(directory.resolve("other"))));
    record Reused(String name, @Alias("name") String title) {}
    mistakes.put("which @Alias also gives as a former name of", () -> count(opening(Reused.class)));
    record Added(String name, Integer number, String more) {}
    mistakes.put(
        "is new and has no value in old state",
        () -> count(opening(Added.class), atEnd(directory.resolve("added"))));
    mistakes.put(
        "Declare the state as it was written, or give the new one another name",
        () -> count(opening(String.class), atEnd(directory.resolve("type"))));
    mistakes.put(
        "which the job does not declare and whose type fits",
        () ->
            count(
                context -> {
                  context.value("counted", Part.class);
                  return (word, timestampMillis) -> {};
                },
                atEnd(directory.resolve("state"))));
    mistakes.put(
        "Give the new operator another id",
        () -> {
          Store store = atEnd(directory.resolve("unkeyed"));
          JobBuilder job = visits();
          words(job).sink("count", new CollectingSink<>());
          Streambed.run(job.build(), store, ONCE.withAllowDropped(true));
        });
    mistakes.put(
        "fixed for the life of keyed state",
        () ->
            count(
                visits().maxParallelism(64),
                word -> word,
                opening(Part.class),
                atEnd(directory.resolve("groups"))));
    mistakes.put(
        "checkpoints of job \"visits\"",
        () ->
            count(
                Streambed.job("other"),
                word -> word,
                opening(Part.class),
                atEnd(directory.resolve("job"))));
    mistakes.put(
        "was to start empty",
        () -> restored(new RestorePoint.Nothing(), atEnd(directory.resolve("empty"))));
    mistakes.put(
        "is neither a checkpoint or savepoint",
        () ->
            restored(
                new RestorePoint.At(directory.toString()), Store.heap(directory.resolve("at"))));
    mistakes.put(
        "files of store \"rocksdb\"",
        () -> {
          Path bytes = directory.resolve("bytes");
          count(
              context -> {
                var part = context.value("count", Part.class);
                return (word, at) -> part.update(new Part(word, 1));
              },
              RocksStore.in(bytes, options -> options.withMemoryBytes(32L << 20)));
          count(opening(Part.class), Store.heap(bytes));
        });
    mistakes.put(
        "add the artifact io.streambed:streambed-zstd",
        () -> {
          Path zstd = directory.resolve("zstd");
          JobBuilder job = visits();
          words(job)
              .keyBy(word -> word)
              .process("count", opening(Part.class))
              .sink("results", new CollectingSink<>());
          Streambed.run(job.build(), Store.heap(zstd), ONCE.withCompression(new NotHere()));
          count(opening(Part.class), Store.heap(zstd));
        });
    mistakes.put(
        "takes no savepoints: its storage has no directory for them",
        () -> {
          Path checkpoints = directory.resolve("no-savepoints");
          StateBackend backend =
              StateBackend.of(
                  new HeapKeyedStoreFactory(),
                  new FileCheckpointStorage(
                      new LocalFileSystem(), FileStorageOptions.in(checkpoints), UUID::randomUUID));
          JobBuilder job = visits();
          words(job).sink("results", new CollectingSink<>());
          JobHandle running = Streambed.start(job.build(), Store.of(backend), ONCE);
          try {
            running.savepoint();
          } finally {
            running.await();
          }
        });
  }

  private void looking() {
    mistakes.put(
        "with keyed state; there are [count]", () -> look("counts", "count", Long.class, "a"));
    mistakes.put("to look into; there are [count]", () -> look("count", "total", Long.class, "a"));
    mistakes.put("the query asks for VALUE", () -> look("count", "count", Integer.class, "a"));
    mistakes.put("that is none of its keys", () -> look("count", "count", Long.class, 1));
    mistakes.put(
        "was asked for state, and the job has ended",
        () -> {
          JobHandle ended = counting(ListSource.of("a"));
          ended.await();
          ended.query("count", query("count", Long.class), "a").get();
        });
  }

  /** Looks into a running job that counts words. */
  private static void look(String operator, String state, Class<?> type, Object key)
      throws Exception {
    JobHandle running = counting(new QueueSource<String>(1));
    try {
      running.query(operator, query(state, type), key).get();
    } finally {
      running.cancel();
      running.await();
    }
  }

  private static <V> StateQuery<V> query(String state, Class<V> type) {
    return StateQuery.of(new ValueStateDescriptor<>(state, Serializers.of(type)));
  }

  private static JobHandle counting(Source<String, ?> words) {
    JobBuilder job = visits();
    job.source("words", words)
        .keyBy(word -> word)
        .process("count", opening(Long.class))
        .sink("results", new CollectingSink<>());
    return Streambed.start(job.build(), Store.memory(), ONCE);
  }

  private static void restored(RestorePoint from, Store store) {
    JobBuilder job = visits();
    words(job).sink("results", new CollectingSink<>());
    Streambed.run(job.build(), store, ONCE.withRestore(from));
  }

  @TestFactory
  Stream<DynamicTest> mistakes_eachMade_sayWhatThePageSays() throws IOException {
    declaring();
    functions();
    input();
    output();
    startingAgain();
    looking();
    String page = Files.readString(PAGE);
    return mistakes.entrySet().stream()
        .map(
            mistake ->
                DynamicTest.dynamicTest(
                    mistake.getKey(),
                    () -> {
                      assertThat(page).contains("| `" + mistake.getKey() + "` |");
                      assertThat(messages(catchThrowable(mistake.getValue())))
                          .contains(mistake.getKey());
                    }));
  }

  @Test
  void page_hasNoMessage_thatIsNotProvoked() throws IOException {
    declaring();
    functions();
    input();
    output();
    startingAgain();
    looking();
    assertThat(
            Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf("` |")))
                .collect(Collectors.toList()))
        .containsExactlyElementsOf(mistakes.keySet());
  }

  @Test
  void input_withTheMarkOfUtf8_isReadWithoutIt() throws IOException {
    read("utf-8", "\ufeff7".getBytes(StandardCharsets.UTF_8));
  }

  private static String messages(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      all.append(cause).append('\n');
    }
    return all.toString();
  }
}
