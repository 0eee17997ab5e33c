package io.streambed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobBuilderTest {
  private static void declare(JobBuilder builder) {
    builder.source("in", new Nothing()).sink("out", new Nowhere());
  }

  private static List<Integer> parallelism(JobBuilder builder) {
    return builder.build().operators().stream().map(JobOperator::parallelism).toList();
  }

  @Test
  void parallelism_ofNothing_isOne() {
    JobBuilder builder = new JobBuilder("job");
    declare(builder);
    assertThat(parallelism(builder)).containsExactly(1, 1);
  }

  @Test
  void parallelism_beforeOrAfterTheOperators_isTheSame() {
    JobBuilder before = new JobBuilder("job").parallelism(3).parallelism("in", 2);
    declare(before);
    JobBuilder after = new JobBuilder("job");
    declare(after);
    after.parallelism("in", 2).parallelism(3).maxParallelism(8);
    assertThat(parallelism(before)).containsExactly(2, 3);
    assertThat(parallelism(after)).containsExactly(2, 3);
  }

  @Test
  void parallelism_setToTwoNumbers_isRefusedWithBoth() {
    JobBuilder builder = new JobBuilder("job").parallelism(3);
    declare(builder);
    builder.parallelism(4);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set to 3 and to 4")
        .hasMessageContaining("parallelism(id, subtasks)");
  }

  @Test
  void parallelism_ofAnOperatorThatIsNotThere_isRefused() {
    JobBuilder builder = new JobBuilder("job").parallelism("inn", 2);
    declare(builder);
    assertThatThrownBy(builder::build).hasMessageContaining("no operator \"inn\"");
  }

  private static final class Nothing implements NumberedSource<String> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<String> open(int split, long offset) {
      throw new IllegalStateException("never opened");
    }
  }

  private static final class Nowhere implements Sink<String, String> {
    @Override
    public SinkWriter<String, String> open(SinkContext<String> context) {
      throw new IllegalStateException("never opened");
    }

    @Override
    public Serializer<String> committableSerializer() {
      return Serializers.strings();
    }
  }
}
