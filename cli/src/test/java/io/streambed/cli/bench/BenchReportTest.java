package io.streambed.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.streambed.cli.bench.BenchReport.Line;
import io.streambed.cli.bench.BenchReport.MemoryLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static ForkResult fork(String... lines) {
    ForkResult.Builder result = new ForkResult.Builder();
    for (String line : lines) {
      result.add(line);
    }
    return result.build(0);
  }

  @Test
  void spread_ofOddAndEvenNumbers_takesTheMiddle() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9));
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0, 6.0))).isEqualTo(new Spread(5, 1, 9));
    assertThat(Spread.of(List.of(3.0))).isEqualTo(new Spread(3, 3, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
  }

  @Test
  void lines_ofSomeForks_compareMediansWithTheFirstBackend() {
    BenchReport report = new BenchReport(List.of("a", "b"));
    report.add("b", fork("case\t5000\tmap-get\t10\t200\t1000", "done"));
    report.add("a", fork("case\t5000\tmap-get\t10\t400\t500", "done"));
    report.add("a", fork("case\t5000\tmap-get\t100\t3000\t7000", "done"));
    report.add("a", fork("case\t5000\tmap-get\t10\t1000\t2000", "done"));
    report.add("b", fork("case\t5000\tmap-get\t10\t1000\t3000", "done"));
    report.add("b", fork("case\t5000\tmap-get\t10\t800\t2000", "done"));
    assertThat(report.lines())
        .containsExactly(
            new Line(
                5000, "map-get", "a", 3, new Spread(40, 30, 100), new Spread(70, 50, 200), 1.0),
            new Line(
                5000, "map-get", "b", 3, new Spread(80, 20, 100), new Spread(200, 100, 300), 0.5));
  }

  @Test
  void lines_comeBySizeThenInTheOrderMeasured() {
    BenchReport report = new BenchReport(List.of("a"));
    report.add(
        "a",
        fork(
            "case\t900\tx\t1\t1\t1",
            "case\t900\tb\t1\t1\t1",
            "case\t70\tx\t1\t1\t1",
            "case\t70\tb\t1\t1\t1"));
    assertThat(report.lines().stream().map(line -> line.entries() + line.id()))
        .containsExactly("70x", "70b", "900x", "900b");
  }

  @Test
  void isLoss_belowFourFifths_marks() {
    BenchReport report = new BenchReport(List.of("a", "b", "c"));
    report.add("a", fork("case\t70\tx\t1\t79\t1"));
    report.add("b", fork("case\t70\tx\t1\t100\t1"));
    report.add("c", fork("case\t70\tx\t1\t98\t1"));
    assertThat(report.lines().stream().map(Line::isLoss)).containsExactly(false, true, false);
  }

  @Test
  void lines_withoutTheFirstBackend_haveNoRatioAndAreNoLoss() {
    BenchReport report = new BenchReport(List.of("a", "b"));
    report.add("b", fork("case\t70\tx\t1\t100\t1", "memory\t70\tvalue\t70\t1\t2\t3"));
    assertThat(report.lines())
        .singleElement()
        .satisfies(line -> assertThat(line.ratio()).isNaN())
        .satisfies(line -> assertThat(line.isLoss()).isFalse());
    assertThat(report.memory()).singleElement().satisfies(m -> assertThat(m.ratio()).isNaN());
  }

  @Test
  void memory_isByEntryThatIsHeldAndComparedByHeap() {
    BenchReport report = new BenchReport(List.of("a", "b"));
    report.add(
        "a",
        fork(
            "memory\t1000\tmap\t1000\t95000\t2000\t0",
            "memory\t1000\tmap-after-peak\t10\t9000\t0\t0"));
    report.add("b", fork("memory\t1000\tmap\t1000\t19000\t0\t50000"));
    assertThat(report.memory())
        .containsExactly(
            new MemoryLine(1000, "map", "a", always(95), always(2), always(0), 1.0),
            new MemoryLine(1000, "map", "b", always(19), always(0), always(50), 0.2),
            new MemoryLine(1000, "map-after-peak", "a", always(900), always(0), always(0), 1.0));
  }

  private static Spread always(double figure) {
    return new Spread(figure, figure, figure);
  }

  @Test
  void forkResult_saysWhyItFailed() {
    assertThat(fork("done").failure()).isNull();
    assertThat(fork("some noise").failure()).isEqualTo("it ended without a word");
    assertThat(fork("failed\twrong answer: x").failure()).isEqualTo("wrong answer: x");
    ForkResult.Builder killed = new ForkResult.Builder();
    killed.add("done");
    assertThat(killed.build(137).failure()).isEqualTo("it ended with 137");
    ForkResult.Builder usage = new ForkResult.Builder();
    usage.add("failed\tno case 'x'");
    assertThat(usage.build(2).wrongArguments()).isTrue();
  }

  @Test
  void forkResult_thatFailedLate_keepsWhatWasMeasured() {
    ForkResult result = fork("case\t70\tx\t2\t100\t300", "failed\tOutOfMemoryError");
    assertThat(result.times()).containsExactly(new ForkResult.CaseTime(70, "x", 50, 150));
    assertThat(result.failure()).isEqualTo("OutOfMemoryError");
  }
}
