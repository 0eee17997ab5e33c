package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.examples.guide.ClickCounts.Window;
import io.streambed.examples.guide.Clicks.Click;
import io.streambed.harness.FunctionHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tests of docs/testing-jobs.md. */
class TestingJobsTest {
  @Test
  void clicks_ofTenMinutes_areCountedByUser() {
    var t = FunctionHarness.of(Window::of, new ClickCounts());
    t.element(new Click("ada", 1_000), 1_000).element(new Click("ada", 2_000), 2_000);
    t.element(new Click("grace", 3_000), 3_000).watermark(599_999);
    assertThat(t.output()).containsExactlyInAnyOrder("ada: 2", "grace: 1");
    t.everywhere();
  }

  @Test
  void sessions_withEndsInAField_areFoundEverywhere() throws IOException {
    var t = FunctionHarness.of(user -> user, new ForgetfulSessions());
    t.element("ada", 0).element("ada", 10_000).watermark(70_000);
    assertThat(t.output()).containsExactly("ada 2"); // all is well, one would think
    assertThatThrownBy(t::everywhere)
        .isInstanceOf(AssertionError.class)
        .satisfies(
            error ->
                assertThat(Files.readString(Path.of("../docs/testing-jobs.md")))
                    .contains("```\n" + error.getMessage()));
  }
}
