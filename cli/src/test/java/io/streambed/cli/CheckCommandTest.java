package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.cli.Cli.Result;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.rocksdb.RocksStore;
import io.streambed.runtime.Streambed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code check} of a small job's checkpoint against classes of later versions of it. */
@Timeout(60)
class CheckCommandTest {
  record Order(String item, int count) {}

  @TempDir static Path directory;
  private static Path checkpoints;
  private static Path classes;

  @BeforeAll
  static void prepare() throws IOException {
    checkpoints = directory.resolve("store/checkpoints");
    Streambed.run(written(), Store.heap(directory.resolve("store")));
    classes = Files.createDirectory(directory.resolve("classes"));
    Path copies = Files.createDirectory(classes.resolve("shop"));
    try (Stream<Path> compiled = Files.list(Path.of("target/test-classes/shop"))) {
      for (Path file : compiled.toList()) {
        Files.copy(file, copies.resolve(file.getFileName()));
      }
    }
    for (String name : List.of("Needing.class", "NeedingInSerializer.class")) {
      Path needing = copies.resolve(name);
      String text = Files.readString(needing, StandardCharsets.ISO_8859_1);
      Files.writeString(
          needing, text.replace("shop/Needed", "shop/Absent"), StandardCharsets.ISO_8859_1);
    }
    // As an old jar does that holds what is in the JDK today.
    Path parsers = Files.createDirectories(classes.resolve("javax/xml/parsers"));
    Files.copy(copies.resolve("Nothing.class"), parsers.resolve("SAXParserFactory.class"));
    Path later = copies.resolve("Later.class");
    byte[] bytes = Files.readAllBytes(later);
    bytes[7] = 99;
    Files.write(later, bytes);
  }

  private static Job written() {
    JobBuilder job = Streambed.job("shop");
    job.source("orders", ListSource.of("tea"))
        .keyBy(word -> word)
        .process(
            "totals",
            context -> {
              context.value("count", Integer.class);
              context.map("seen", String.class, Long.class);
              context.value("last", Order.class);
              context.value("name", String.class);
              context.list("notes", Long.class);
              return (word, timestampMillis) -> {};
            })
        .sink("results", new CollectingSink<>());
    return job.build();
  }

  private static Result check(String type, Object... more) {
    return Cli.call(
        Stream.concat(
                Stream.of("check", checkpoints, "--classpath", classes, "--job", "shop." + type),
                Stream.of(more))
            .toArray());
  }

  private static void ends(Result result, int code, Object... things) {
    assertThat(result.naming(things).code()).as(result.err()).isEqualTo(code);
  }

  private static String anywhere(String text) {
    return text.replace(checkpoints.toString(), "DIR").replace("\r", "");
  }

  private static String golden(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/io/streambed/cli/check", name));
  }

  @Test
  void check_jobThatFits_showsWhatBecomesOfEachState() throws IOException {
    Result result = check("Upgraded").succeeds();
    assertThat(anywhere(result.out())).isEqualTo(golden("upgraded.txt"));
  }

  @Test
  void check_jobThatDoesNotFit_tellsAllProblems() throws IOException {
    Result result = check("Broken").failsWithOneLine(7);
    assertThat(anywhere(result.out())).isEqualTo(golden("broken.txt"));
    assertThat(result.err()).contains("(and 2 more, see the list)");
  }

  @Test
  void check_json_holdsTheSame() throws IOException {
    Result result = check("Upgraded", "--json").succeeds();
    assertThat(anywhere(result.out())).isEqualTo(golden("upgraded.json"));
    JsonNode broken = json(check("Broken", "--json").failsWithOneLine(7));
    assertThat(broken.get("compatible").asBoolean()).isFalse();
    assertThat(broken.get("problems").size()).isEqualTo(3);
    JsonNode count = broken.get("operators").get(1).get("states").get(0);
    assertThat(count.get("verdict").asString()).isEqualTo("incompatible");
    assertThat(count.get("problem")).isEqualTo(broken.get("problems").get(1));
  }

  private static JsonNode json(Result result) {
    return JsonMapper.builder().build().readTree(anywhere(result.out()));
  }

  @Test
  void check_whatIsAllowed_isNoProblem() {
    Result result =
        check("Broken", "--allow-dropped-state", "--new-state", "totals/label").failsWithOneLine(7);
    assertThat(result.out())
        .contains("1 problem.")
        .containsPattern("label +value +new")
        .containsPattern("results +removed");
  }

  @Test
  void check_newStateBesideAnUnclaimedOneOfItsKind_isNoted() {
    Result result = check("Retyped").succeeds();
    assertThat(result.out())
        .containsPattern("tally +value +new")
        .contains("Note: totals, tally: ", "\"count\" (value int)", "withFormerNames");
    assertThat(check("Retyped", "--new-state", "totals/tally").succeeds().out())
        .doesNotContain("Note:");
    JsonNode notes = json(check("Retyped", "--json").succeeds()).get("notes");
    assertThat(notes.size()).isEqualTo(1);
    assertThat(notes.get(0).asString()).contains("totals, tally");
  }

  @Test
  void check_arguments_areGivenToTheJob() {
    assertThat(check("Broken", "--", "mall").out())
        .contains("The class declares a job of another name, \"mall\"");
    ends(check("Upgraded", "--", "mall"), 2, "takes no arguments");
  }

  @Test
  void check_classThatGivesNoJob_isWrongUsage() {
    ends(check("Missing"), 2, "No class shop.Missing", classes);
    ends(check("Nothing"), 2, "shop.Nothing gives no job", "public static Job job()");
    ends(Cli.call("check", checkpoints, "--job", "shop.Upgraded"), 2, "--classpath");
  }

  @Test
  void check_classThatCannotBeLoaded_namesWhatIsMissing() {
    check("Needing").failsWithOneLine(1).naming("shop.Absent", "--classpath");
    check("Later").failsWithOneLine(1).naming("a later Java", "shop/Later", "99");
    Path gone = directory.resolve("gone.jar");
    Cli.call("check", checkpoints, "--classpath", gone, "--job", "shop.Upgraded")
        .failsWithOneLine(1)
        .naming(gone);
  }

  @Test
  void check_fileThatIsNoJar_isNamed() throws IOException {
    Path text = Files.writeString(directory.resolve("text.jar"), "text");
    Cli.call("check", checkpoints, "--classpath", text, "--job", "shop.Upgraded")
        .failsWithOneLine(1)
        .naming(text, "no jar");
  }

  @Test
  void check_jobsClassOfAJdkPackage_isNotLoaded() {
    check("Parsing").succeeds();
  }

  @Test
  void check_commandsLibraries_cannotBeSeenByTheJob() {
    check("Looking").succeeds();
  }

  @Test
  void check_codeThatFails_isTheJobsAndShowsWhere() {
    ends(check("Failing"), 6, "a static initializer", "zero", "//shop.Failing");
    ends(check("Throwing"), 6, "no such table", "//shop.Throwing.job");
    ends(check("Declaring"), 6, "//shop.Declaring.job");
    ends(check("Null"), 6, "gave null");
    ends(check("FailingAgain"), 6, "had failed before", "shop.Failing", "//shop.FailingAgain.job");
  }

  @Test
  void check_codeOfASerializer_isToldAsThatOfTheJob() {
    check("NeedingInSerializer").failsWithOneLine(1).naming("shop.Absent", "--classpath");
    ends(check("FailingInSerializer"), 6, "no such rate", "//shop.FailingInSerializer");
    ends(check("StartingInSerializer"), 0, "left-by-a-serializer");
    interrupt("left-by-a-serializer");
  }

  @Test
  void check_codeThatHangs_endsWithItsPlace() {
    ends(check("Hanging", "--timeout", "200ms"), 6, "200 ms", "//shop.Hanging.job", "--timeout");
    ends(check("HangingInSerializer", "--timeout", "1s"), 6, "//shop.HangingInSerializer.hang");
    interrupt("job");
  }

  private static void interrupt(String name) {
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .forEach(Thread::interrupt);
  }

  @Test
  void check_codeThatLeavesAThread_saysSoAndEnds() {
    Result result = check("Starting", "--json");
    ends(result, 0, "left-by-the-job");
    assertThat(json(result).get("threadsLeft").get(0).asString()).isEqualTo("left-by-the-job");
    interrupt("left-by-the-job");
  }

  @Test
  void check_codeThatPrints_leavesStandardOutputToTheReport() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream own = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(own);
    try {
      check("Printing", "--json").succeeds();
      assertThat(System.out).isSameAs(own);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void check_codeThatEndsTheProcess_isTold() throws IOException, InterruptedException {
    Path out = directory.resolve("exiting.out");
    Path err = directory.resolve("exiting.err");
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("check", checkpoints.toString(), "--classpath", classes.toString()));
    command.addAll(List.of("--job", "shop.Exiting"));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int code;
    try {
      code = process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    Result result = new Result(code, Files.readString(out), Files.readString(err));
    result.failsWithOneLine(6).naming("System.exit", "shop.Exiting.job(Surroundings.java");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void check_whatIsNoCheckpoint_isRefused() throws IOException {
    Path none = Files.createDirectories(directory.resolve("none"));
    Cli.call("check", none, "--classpath", classes, "--job", "shop.Upgraded")
        .failsWithOneLine(1)
        .naming(none);
    Path flink = Files.createDirectories(directory.resolve("flink"));
    Files.write(flink.resolve("_metadata"), new byte[] {0x49, 0x60, 0x67, 0x2d, 0, 0, 0, 5});
    Cli.call("check", flink, "--classpath", classes, "--job", "shop.Upgraded")
        .failsWithOneLine(1)
        .naming("Flink");
  }

  @Test
  void check_incrementsOfRocks_withAllJarsOfADirectory_namesTheStore() throws IOException {
    Path lib = Files.createDirectory(directory.resolve("lib"));
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(lib.resolve("job.jar")));
        Stream<Path> files = Files.list(classes.resolve("shop"))) {
      for (Path file : files.toList()) {
        jar.putNextEntry(new ZipEntry("shop/" + file.getFileName()));
        Files.copy(file, jar);
      }
    }
    Path store = directory.resolve("rocks");
    Streambed.run(written(), RocksStore.in(store));
    Result result =
        Cli.call(
                "check",
                store.resolve("checkpoints"),
                "--classpath",
                lib + "/*",
                "--job",
                "shop.Upgraded")
            .succeeds();
    assertThat(result.out())
        .contains("restored by  the store rocksdb only")
        .containsPattern("count +value +migrated")
        .containsPattern("title +value +as-is, was \"name\"");
  }
}
