package io.streambed.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.streambed.cli.flink.FlinkJob.Checkpoint;
import io.streambed.cli.flink.FlinkJob.SavepointFormat;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against answers as Flink 2.3 gives them. */
class FlinkJobTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final Map<String, String> answers = new HashMap<>();
  private final List<String> posted = new ArrayList<>();
  private HttpServer server;
  private FlinkJob job;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(ClusterConfig.LOOPBACK, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (exchange.getRequestMethod().equals("POST")) {
            posted.add(new String(body, StandardCharsets.UTF_8));
          }
          String answer = answers.get(exchange.getRequestURI().getPath());
          String known = answer == null ? "{'errors':['Not found.']}" : answer;
          byte[] bytes = known.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    RestClient rest = new RestClient(server.getAddress().getPort(), TIMEOUT);
    job = new FlinkJob(() -> {}, rest, new Waiting(TIMEOUT), "j1");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void state_failed_saysTheDeepestCause() {
    answers.put("/jobs/j1", "{'state':'FAILED'}");
    answers.put(
        "/jobs/j1/exceptions",
        "{'exceptionHistory':{'entries':[{'stacktrace':"
            + "'a.B: outer\\n\\tat x\\nCaused by: c.D: middle\\nCaused by: e.F: deepest\\n'}]}}");
    assertThatThrownBy(job::state)
        .isInstanceOf(ClusterException.class)
        .hasMessage("the job is FAILED: e.F: deepest");
  }

  @Test
  void state_unknownJob_saysWhatWasRefused() {
    assertThatThrownBy(job::state)
        .isInstanceOf(ClusterException.class)
        .hasMessage("/jobs/j1 was refused: Not found.");
  }

  @Test
  void vertices_chained_areFoundByTheirFirstOperator() {
    answers.put(
        "/jobs/j1",
        "{'state':'RUNNING','vertices':["
            + "{'id':'v1','name':'Source: flights','metrics':{'read-records':0}},"
            + "{'id':'v2','name':'totals -> totals-output: Writer',"
            + "'metrics':{'read-records':7000000000}}]}");
    answers.put(
        "/jobs/j1/vertices/v2",
        "{'subtasks':[{'taskmanager-id':'tm-2'},{'taskmanager-id':'tm-1'},"
            + "{'taskmanager-id':'tm-2'}]}");
    assertThat(job.state()).isEqualTo("RUNNING");
    assertThat(job.recordsRead("totals")).isEqualTo(7_000_000_000L);
    assertThat(job.recordsRead("rejected")).isZero();
    assertThat(job.taskManagers("totals"))
        .containsExactly(Map.entry("tm-1", 1), Map.entry("tm-2", 2));
  }

  @Test
  void checkpoints_beforeAndAfterTheFirst_areWhatIsThere() {
    answers.put("/jobs/j1/checkpoints", "{'latest':{'completed':null,'restored':null}}");
    assertThat(job.latestCheckpoint()).isEmpty();
    assertThat(job.restoredCheckpoint()).isEmpty();
    answers.put(
        "/jobs/j1/checkpoints",
        "{'latest':{'completed':{'id':5,'state_size':20481,'external_path':'file:/chk-5'},"
            + "'restored':{'id':4}}}");
    assertThat(job.latestCheckpoint()).hasValue(new Checkpoint(5, 20_481, "file:/chk-5"));
    assertThat(job.restoredCheckpoint()).hasValue(4L);
    answers.put("/jobs/j1/checkpoints/config", "{'state_backend':'HashMapStateBackend'}");
    assertThat(job.stateBackend()).isEqualTo("HashMapStateBackend");
  }

  @Test
  void stopWithSavepoint_completed_givesItsPlace() {
    answers.put("/jobs/j1", "{'state':'FINISHED'}");
    answers.put("/jobs/j1/stop", "{'request-id':'t1'}");
    answers.put(
        "/jobs/j1/savepoints/t1",
        "{'status':{'id':'COMPLETED'},'operation':{'location':'file:/sp-1'}}");
    assertThat(job.stopWithSavepoint(SavepointFormat.NATIVE, "file:/sp")).isEqualTo("file:/sp-1");
    assertThat(posted).hasSize(1);
    assertThat(posted.get(0))
        .contains(
            "\"formatType\":\"NATIVE\"", "\"drain\":false", "\"targetDirectory\":\"file:/sp\"");
  }

  @Test
  void stopWithSavepoint_failed_saysTheDeepestCause() {
    answers.put("/jobs/j1/stop", "{'request-id':'t1'}");
    answers.put(
        "/jobs/j1/savepoints/t1",
        "{'status':{'id':'COMPLETED'},'operation':{'failure-cause':"
            + "{'stack-trace':'a.B: outer\\nCaused by: e.F: no space\\n'}}}");
    assertThatThrownBy(() -> job.stopWithSavepoint(SavepointFormat.CANONICAL, "file:/sp"))
        .isInstanceOf(ClusterException.class)
        .hasMessage("the savepoint failed: e.F: no space");
  }
}
