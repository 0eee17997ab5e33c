package io.streambed.cli.flink;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A job on a cluster, as the cluster's REST interface shows it. One thread. */
public final class FlinkJob {
  private static final Set<String> ENDED_BADLY = Set.of("FAILED", "CANCELED", "SUSPENDED");

  private final Runnable requireAlive;
  private final RestClient rest;
  private final Waiting waiting;
  private final String id;

  FlinkJob(Runnable requireAlive, RestClient rest, Waiting waiting, String id) {
    this.requireAlive = requireAlive;
    this.rest = rest;
    this.waiting = waiting;
    this.id = id;
  }

  /**
   * A complete checkpoint or savepoint.
   *
   * @param id its number, from 1
   * @param stateBytes size of all state in it
   * @param path where it is
   */
  public record Checkpoint(long id, long stateBytes, String path) {}

  /** How a savepoint is written. */
  public enum SavepointFormat {
    /** As Flink defines it for all state backends. */
    CANONICAL,
    /** As the state backend writes checkpoints. */
    NATIVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The job's id.
   *
   * @return 32 hexadecimal digits
   */
  public String id() {
    return id;
  }

  private JsonNode get(String path) {
    return rest.get("/jobs/" + id + path);
  }

  /**
   * What the job does; fails if a process of the cluster has ended on its own.
   *
   * @return Flink's word, such as RUNNING or FINISHED
   * @throws ClusterException if the job has failed; the message says why
   */
  public String state() {
    requireAlive.run();
    String state = get("").path("state").asString();
    if (ENDED_BADLY.contains(state)) {
      String trace =
          get("/exceptions")
              .path("exceptionHistory")
              .path("entries")
              .path(0)
              .path("stacktrace")
              .asString();
      throw new ClusterException("the job is " + state + ": " + RestClient.deepestCause(trace));
    }
    return state;
  }

  /**
   * How many records an operator has received since it last started.
   *
   * @param operator its name
   * @return 0 if none, or if there is no such operator yet
   */
  public long recordsRead(String operator) {
    for (JsonNode vertex : get("").path("vertices")) {
      if (isOf(vertex, operator)) {
        return vertex.path("metrics").path("read-records").asLong();
      }
    }
    return 0;
  }

  /** A vertex is named after the operators chained in it. */
  private static boolean isOf(JsonNode vertex, String operator) {
    return vertex.path("name").asString().startsWith(operator);
  }

  /**
   * Which TaskManagers run an operator.
   *
   * @param operator its name
   * @return for each one's name how many subtasks it runs
   */
  public Map<String, Integer> taskManagers(String operator) {
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode vertex : get("").path("vertices")) {
      if (isOf(vertex, operator)) {
        JsonNode details = get("/vertices/" + vertex.path("id").asString());
        for (JsonNode subtask : details.path("subtasks")) {
          counts.merge(subtask.path("taskmanager-id").asString(), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  /**
   * The state backend's name.
   *
   * @return as Flink shows it
   */
  public String stateBackend() {
    return get("/checkpoints/config").path("state_backend").asString();
  }

  /**
   * The complete checkpoint with the greatest number.
   *
   * @return nothing before the first
   */
  public Optional<Checkpoint> latestCheckpoint() {
    return checkpoint(get("/checkpoints").path("latest").path("completed"));
  }

  /**
   * The checkpoint or savepoint that the job went on from last.
   *
   * @return its number; nothing if it began with none
   */
  public Optional<Long> restoredCheckpoint() {
    JsonNode restored = get("/checkpoints").path("latest").path("restored");
    return restored.isObject() ? Optional.of(restored.path("id").asLong()) : Optional.empty();
  }

  private static Optional<Checkpoint> checkpoint(JsonNode node) {
    return node.isObject()
        ? Optional.of(
            new Checkpoint(
                node.path("id").asLong(),
                node.path("state_size").asLong(),
                node.path("external_path").asString()))
        : Optional.empty();
  }

  /**
   * Stops the job with a savepoint, and waits until it has ended.
   *
   * @param format how the savepoint is written
   * @param directory which gets a directory for it
   * @return where it is
   * @throws ClusterException if the savepoint fails, or takes too long
   */
  public String stopWithSavepoint(SavepointFormat format, String directory) {
    String trigger =
        rest.post(
                "/jobs/" + id + "/stop",
                Map.of("targetDirectory", directory, "drain", false, "formatType", format.name()))
            .path("request-id")
            .asString();
    JsonNode operation =
        waiting.until(
            "the savepoint",
            () -> {
              JsonNode answer = get("/savepoints/" + trigger);
              return answer.path("status").path("id").asString().equals("COMPLETED")
                  ? Optional.of(answer.path("operation"))
                  : Optional.empty();
            });
    if (operation.has("failure-cause")) {
      throw new ClusterException(
          "the savepoint failed: "
              + RestClient.deepestCause(
                  operation.path("failure-cause").path("stack-trace").asString()));
    }
    waiting.until(
        "the job's end after its savepoint",
        () -> state().equals("FINISHED") ? Optional.of(true) : Optional.empty());
    return operation.path("location").asString();
  }
}
