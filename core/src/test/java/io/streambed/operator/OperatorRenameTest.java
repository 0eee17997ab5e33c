package io.streambed.operator;

import static io.streambed.operator.OperatorFixture.elements;
import static io.streambed.operator.OperatorFixture.entries;
import static io.streambed.operator.OperatorFixture.lines;
import static io.streambed.operator.OperatorFixture.offsets;
import static io.streambed.operator.OperatorFixture.restored;
import static io.streambed.operator.OperatorFixture.rules;
import static io.streambed.operator.OperatorFixture.snapshot;
import static io.streambed.operator.OperatorFixture.whole;
import static io.streambed.operator.TestSerializers.NUMBER;
import static io.streambed.operator.TestSerializers.TEXT;
import static io.streambed.operator.TestSerializers.TEXT_OF_NUMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.IncompatibleStateException;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operator state that was renamed since it was written. */
class OperatorRenameTest {
  private final MemoryStreams streams = new MemoryStreams();
  private OperatorStateHandle written;

  @BeforeEach
  void write() {
    OperatorStateBackend first = new OperatorStateBackend(0, 1);
    lines(first).add("a");
    offsets(first).add(7L);
    rules(first).put(1L, "one");
    written = snapshot(first, streams);
  }

  @Test
  void open_byNewNames_givesWhatTheFormerOnesHeld() throws IOException {
    OperatorStateBackend second = restored(streams, whole(written));
    var texts = new ListStateDescriptor<>("texts", TEXT).withFormerNames("lines");
    var positions =
        new ListStateDescriptor<>("positions", TEXT_OF_NUMBER).withFormerNames("offsets");
    var laws = new MapStateDescriptor<>("laws", NUMBER, TEXT).withFormerNames("rules", "orders");
    assertThat(elements(second.getListState(texts))).containsExactly("a");
    assertThat(elements(second.getUnionListState(positions))).containsExactly("#7");
    assertThat(entries(second.getBroadcastState(laws))).containsExactly("1=one");
    assertThat(second.carried()).isEmpty();
    assertThat(snapshot(second, streams).states())
        .extracting(OperatorStateHandle.Part::name)
        .containsExactly("texts", "positions", "laws");
  }

  @Test
  void open_twoNamesOfOneState_isRefused() throws IOException {
    OperatorStateBackend second = restored(streams, whole(written));
    second.getListState(new ListStateDescriptor<>("texts", TEXT)).add("b");
    OperatorStateBackend third = restored(streams, whole(snapshot(second, streams)));
    var renamed = new ListStateDescriptor<>("texts", TEXT).withFormerNames("lines");
    assertThatThrownBy(() -> third.getListState(renamed))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("\"texts\"", "former names");
    // Nothing was given to it.
    assertThat(elements(lines(third))).containsExactly("a");
  }

  /** Else the content of the one would be given to the other. */
  @Test
  void open_formerNameThatIsANameOfAnotherState_isRefused() throws IOException {
    OperatorStateBackend second = restored(streams, whole(written));
    second.getListState(new ListStateDescriptor<>("texts", TEXT).withFormerNames("lines"));
    assertThatThrownBy(() -> lines(second))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("state \"texts\" has the former name \"lines\"");
    offsets(second);
    var renamed = new MapStateDescriptor<>("laws", NUMBER, TEXT).withFormerNames("offsets");
    assertThatThrownBy(() -> second.getBroadcastState(renamed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("state \"laws\" has the former name \"offsets\"");
  }

  @Test
  void takeList_stateThatWasTakenAway_givesItsNameFree() throws IOException {
    OperatorStateBackend second = restored(streams, whole(written));
    assertThat(second.takeList(new ListStateDescriptor<>("lines", TEXT))).containsExactly("a");
    var renamed = new ListStateDescriptor<>("texts", TEXT).withFormerNames("lines");
    assertThat(elements(second.getListState(renamed))).isEmpty();
  }
}
