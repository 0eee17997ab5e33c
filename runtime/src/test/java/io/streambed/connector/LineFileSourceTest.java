package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.StorageException;
import io.streambed.file.FileOutput;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.Poll;
import io.streambed.job.SplitContext;
import io.streambed.testkit.fault.Fault;
import io.streambed.testkit.fault.Operation;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** {@link LineFileSource} over lines of the form {@code time,text}. */
class LineFileSourceTest {
  private static final Path FILE = Path.of("/lines");
  private static final String HEADER = "time,text";

  private final SimulatedFileSystem files = new SimulatedFileSystem();

  private static Line<String> parse(long number, String text) {
    String[] parts = text.split(",", -1);
    return parts.length == 2
        ? new Line.Accepted<>(number, Long.parseLong(parts[0]), parts[1])
        : new Line.Rejected<>(number, "expected 2 fields");
  }

  private LineFileSource<String> source(LineFileOptions options) {
    return new LineFileSource<>(files, FILE, options, LineFileSourceTest::parse);
  }

  private LineFileSource<String> source(int splits) {
    return source(LineFileOptions.DEFAULT.withSplits(splits));
  }

  private void write(String content) throws IOException {
    write(content.getBytes(StandardCharsets.UTF_8));
  }

  private void write(byte[] content) throws IOException {
    try (FileOutput output = files.create(FILE)) {
      output.write(content);
    }
  }

  private static byte[] gzip(String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Lines 1 to count, line n with time 10 n. */
  private static String lines(int count) {
    StringBuilder text = new StringBuilder();
    for (int n = 1; n <= count; n++) {
      text.append(10L * n).append(",text ").append(n).append('\n');
    }
    return text.toString();
  }

  private static <T> LineSplitReader<T> open(LineFileSource<T> source, int split, long line) {
    Optional<Long> position = line == 0 ? Optional.empty() : Optional.of(line);
    return (LineSplitReader<T>)
        source.open(new SplitContext<>(source.splits().get(split), position, () -> {}));
  }

  private static <T> List<Line<T>> readAll(LineSplitReader<T> reader) throws IOException {
    try (reader) {
      List<Line<T>> all = new ArrayList<>();
      while (reader.poll() == Poll.ELEMENT) {
        all.add(reader.element());
      }
      return all;
    }
  }

  @Test
  void next_fourSplits_blocksAreDealtRoundRobin() throws IOException {
    write(lines(10_000));
    List<Long> numbers = new ArrayList<>();
    for (int split = 0; split < 4; split++) {
      for (Line<String> line : readAll(open(source(4), split, 0))) {
        assertThat((line.number() - 1) / 1024 % 4).isEqualTo(split);
        assertThat(line)
            .isEqualTo(
                new Line.Accepted<>(line.number(), 10 * line.number(), "text " + line.number()));
        numbers.add(line.number());
      }
    }
    assertThat(numbers).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void open_atEveryOffsetGiven_goesOnWithTheSameLinesAndTimes() throws IOException {
    write(gzip(lines(3_000)));
    for (int split = 0; split < 2; split++) {
      List<Line<String>> whole = readAll(open(source(2), split, 0));
      Random random = new Random(7);
      try (LineSplitReader<String> reader = open(source(2), split, 0)) {
        for (int i = 0; i < whole.size(); i++) {
          assertThat(reader.poll()).isEqualTo(Poll.ELEMENT);
          assertThat(reader.element()).isEqualTo(whole.get(i));
          if (i == whole.size() - 1 || random.nextInt(100) == 0) {
            LineSplitReader<String> other = open(source(2), split, reader.position());
            assertThat(other.watermark()).isEqualTo(reader.watermark());
            assertThat(readAll(other)).isEqualTo(whole.subList(i + 1, whole.size()));
          }
        }
      }
    }
  }

  @Test
  void watermark_isTheLastTimeLessOne() throws IOException {
    write("10,a\n10,b\n12,c\n");
    try (LineSplitReader<String> reader = open(source(1), 0, 0)) {
      assertThat(reader.watermark()).isEqualTo(Long.MIN_VALUE);
      reader.poll();
      reader.poll();
      assertThat(reader.watermark()).isEqualTo(9);
      assertThat(reader.timestampMillis()).isEqualTo(10);
      reader.poll();
      assertThat(reader.watermark()).isEqualTo(11);
    }
  }

  @Test
  void next_malformedAndBackInTime_areRejectedWithTheirNumbers() throws IOException {
    write("time,text\r\n10,a\r\nnonsense\n9,b\n10,c");
    assertThat(readAll(open(source(LineFileOptions.DEFAULT.withHeader(HEADER)), 0, 0)))
        .containsExactly(
            new Line.Accepted<>(2, 10, "a"),
            new Line.Rejected<>(3, "expected 2 fields"),
            new Line.Rejected<>(4, "goes back in time"),
            new Line.Accepted<>(5, 10, "c"));
  }

  @Test
  void next_lineOfAnotherSplitWasLater_isRejected() throws IOException {
    StringBuilder text = new StringBuilder(lines(1024));
    text.append("5,too early\n20000,fine\n");
    write(text.toString());
    assertThat(readAll(open(source(2), 1, 0)))
        .containsExactly(
            new Line.Rejected<>(1025, "goes back in time"),
            new Line.Accepted<>(1026, 20_000, "fine"));
  }

  @Test
  void next_failOnRejected_namesFileAndLine() throws IOException {
    write("10,a\nnonsense\n11,b\n");
    LineSplitReader<String> reader =
        open(source(LineFileOptions.DEFAULT.withFailOnRejected(true)), 0, 0);
    try (reader) {
      reader.poll();
      assertThatThrownBy(reader::poll)
          .isInstanceOf(RejectedLineException.class)
          .hasMessageContaining("/lines, line 2: expected 2 fields");
    }
  }

  @Test
  void next_longLines_areRejectedBeyondTheLimitOnly() throws IOException {
    for (int length : new int[] {65_536, 65_537, 131_072, 400_000}) {
      SimulatedFileSystem own = new SimulatedFileSystem();
      byte[] line = new byte[length + 1];
      Arrays.fill(line, (byte) 'x');
      line[0] = '1';
      line[1] = ',';
      line[length] = '\n';
      try (FileOutput output = own.create(FILE)) {
        output.write(line);
        output.write("2,b\n".getBytes(StandardCharsets.UTF_8));
        output.write(line, 0, length);
      }
      List<Line<String>> read =
          readAll(
              open(
                  new LineFileSource<>(
                      own, FILE, LineFileOptions.DEFAULT, LineFileSourceTest::parse),
                  0,
                  0));
      assertThat(read).as("length " + length).hasSize(3);
      if (length == 65_536) {
        assertThat(read.get(0)).isInstanceOf(Line.Accepted.class);
      } else {
        assertThat(read.get(0)).isEqualTo(new Line.Rejected<>(1, "longer than 65536 bytes"));
        assertThat(read.get(2)).isEqualTo(new Line.Rejected<>(3, "longer than 65536 bytes"));
      }
      assertThat(read.get(1)).isEqualTo(new Line.Accepted<>(2, 2, "b"));
    }
  }

  @Test
  void next_shortReads_changeNothing() throws IOException {
    write(gzip(lines(200)));
    files.inject(Fault.shortReads(3));
    assertThat(readAll(open(source(1), 0, 0))).hasSize(200);
  }

  @Test
  void next_gzipCutAnywhere_isAnErrorThatNamesTheFile() throws IOException {
    byte[] whole = gzip(lines(50));
    for (int length = 2; length < whole.length; length++) {
      SimulatedFileSystem own = new SimulatedFileSystem();
      try (FileOutput output = own.create(FILE)) {
        output.write(whole, 0, length);
      }
      LineFileSource<String> cut =
          new LineFileSource<>(own, FILE, LineFileOptions.DEFAULT, LineFileSourceTest::parse);
      assertThatThrownBy(() -> readAll(open(cut, 0, 0)))
          .as("length " + length)
          .isInstanceOf(CorruptionException.class)
          .isInstanceOf(DamagedInputException.class)
          .hasMessageContaining("/lines is damaged: expected a whole gzip file")
          .hasMessageContaining("fetch it again")
          .hasMessageNotContaining("checkpoint directory");
      assertThat(own.openHandles()).isZero();
    }
  }

  @Test
  void next_gzipOfTwoMembers_givesBoth() throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(gzip("1,a\n2,"));
    both.write(gzip("b\n"));
    write(both.toByteArray());
    assertThat(readAll(open(source(1), 0, 0)))
        .containsExactly(new Line.Accepted<>(1, 1, "a"), new Line.Accepted<>(2, 2, "b"));
  }

  @Test
  void next_secondMembersHeaderIsDamagedOrCut_isAnErrorAndNotTheEnd() throws IOException {
    byte[] first = gzip(lines(40));
    byte[] second = gzip(lines(40));
    for (int damaged : new int[] {0, 1, 2, 3}) {
      byte[] header = second.clone();
      header[damaged] ^= 0x08;
      assertDamaged(first, header);
    }
    for (int length = 1; length < second.length; length++) {
      assertDamaged(first, Arrays.copyOf(second, length));
    }
    assertDamaged(first, new byte[] {0});
    assertDamaged(first, new byte[1_000]);
    assertDamaged(first, lines(5_000).getBytes(StandardCharsets.UTF_8));
  }

  /** Of every size of the first member against the reader's buffer, too. */
  @Test
  void next_membersOfManySizes_giveAll() throws IOException {
    Random random = new Random(5);
    for (int size : new int[] {1, 10, 16_340, 16_356, 16_366, 16_376, 16_384, 40_000}) {
      StringBuilder text = new StringBuilder("1,");
      for (int i = 0; i < size; i++) {
        text.append((char) ('0' + random.nextInt(64)));
      }
      String line = text.toString().replace(",", ".").replaceFirst("\\.", ",") + "\n";
      SimulatedFileSystem own = new SimulatedFileSystem();
      try (FileOutput output = own.create(FILE)) {
        for (int member = 0; member < 3; member++) {
          output.write(gzip(line));
        }
      }
      LineFileSource<String> source =
          new LineFileSource<>(own, FILE, LineFileOptions.DEFAULT, LineFileSourceTest::parse);
      assertThat(readAll(open(source, 0, 0))).as("size " + size).hasSize(3);
    }
  }

  private static void assertDamaged(byte[] first, byte[] behind) throws IOException {
    SimulatedFileSystem own = new SimulatedFileSystem();
    try (FileOutput output = own.create(FILE)) {
      output.write(first);
      output.write(behind);
    }
    LineFileSource<String> source =
        new LineFileSource<>(own, FILE, LineFileOptions.DEFAULT, LineFileSourceTest::parse);
    assertThatThrownBy(() -> readAll(open(source, 0, 0)))
        .as(behind.length + " bytes behind the first member")
        .isInstanceOf(DamagedInputException.class)
        .hasMessageContaining("/lines is damaged: expected a whole gzip file");
    assertThat(own.openHandles()).isZero();
  }

  @Test
  void open_byteOrderMark_ofUtf8IsPassedOverAndOthersAreNamed() throws IOException {
    for (byte[] content :
        List.of(
            ("\ufeff" + HEADER + "\n10,a\n").getBytes(StandardCharsets.UTF_8),
            gzip("\ufeff" + HEADER + "\n10,a\n"))) {
      write(content);
      assertThat(readAll(open(source(LineFileOptions.DEFAULT.withHeader(HEADER)), 0, 0)))
          .containsExactly(new Line.Accepted<>(2, 10, "a"));
      files.delete(FILE);
    }
    for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      String mark = charset.equals("UTF-16") ? "" : "\ufeff";
      write((mark + HEADER + "\n10,a\n").getBytes(Charset.forName(charset)));
      assertThatThrownBy(() -> open(source(1), 0, 0))
          .as(charset)
          .isInstanceOf(MalformedDataException.class)
          .hasMessageContaining("/lines begins with the byte order mark of UTF-16 or UTF-32")
          .hasMessageContaining("iconv");
      files.delete(FILE);
    }
    for (String shorter : List.of("", "1", "1,a", "1,ab", "1,abc")) {
      write(shorter);
      assertThat(readAll(open(source(1), 0, 0))).hasSize(shorter.isEmpty() ? 0 : 1);
      files.delete(FILE);
    }
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void open_pipeOrDevice_isRefusedAtOnce() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device));
    assertThatThrownBy(
            () ->
                open(
                    new LineFileSource<>(
                        new LocalFileSystem(),
                        device,
                        LineFileOptions.DEFAULT,
                        LineFileSourceTest::parse),
                    0,
                    0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("/dev/null is a pipe or a device")
        .hasMessageContaining("write the input to a file");
  }

  @Test
  void next_rejectedLines_areWarnedOfWithFileLineAndReason() throws IOException {
    write("nonsense\n".repeat(1_000));
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      assertThat(readAll(open(source(1), 0, 0))).hasSize(1_000);
    } finally {
      System.setErr(err);
    }
    List<String> warnings =
        told.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("is rejected"))
            .toList();
    assertThat(warnings).hasSize(12);
    assertThat(warnings.get(1)).contains("WARN").contains("/lines, line 2 is rejected: expected 2");
    assertThat(warnings.get(11)).contains("line 1000");
  }

  @Test
  void open_missingEmptyOrForeignFile_isOneErrorThatNamesIt() throws IOException {
    LineFileSource<String> withHeader = source(LineFileOptions.DEFAULT.withHeader(HEADER));
    assertThatThrownBy(() -> open(withHeader, 0, 0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("/lines");
    write("");
    assertThat(readAll(open(source(1), 0, 0))).isEmpty();
    assertThatThrownBy(() -> open(withHeader, 0, 0))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("/lines is empty");
    files.delete(FILE);
    write("something else\n");
    assertThatThrownBy(() -> open(withHeader, 0, 0))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("/lines, line 1, is not the expected header");
    files.delete(FILE);
    files.createDirectories(FILE);
    assertThatThrownBy(() -> open(withHeader, 0, 0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("/lines is a directory");
    assertThat(files.openHandles()).isZero();
  }

  @Test
  void open_offsetBehindTheEnd_isRefused() throws IOException {
    write(lines(5));
    assertThat(readAll(open(source(1), 0, 6))).isEmpty();
    assertThatThrownBy(() -> open(source(1), 0, 7))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("/lines")
        .hasMessageContaining("a file of 5 lines");
  }

  @Test
  void next_deviceFails_isAStorageErrorThatNamesTheFile() throws IOException {
    write(lines(50_000));
    files.inject(Fault.ioError().on(Operation.Kind.READ).fromNth(3));
    assertThatThrownBy(() -> readAll(open(source(1), 0, 0)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("/lines")
        .hasMessageContaining("Input/output error");
    assertThat(files.openHandles()).isZero();
  }
}
