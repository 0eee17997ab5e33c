package io.streambed.cli.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A JobManager and TaskManagers as processes of their own. They end when this is closed, or when
 * this process is told to end. One thread.
 */
public final class FlinkCluster implements AutoCloseable {
  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

  private final ClusterOptions options;
  private final Waiting waiting;
  private final Map<String, FlinkProcess> processes = new LinkedHashMap<>();
  private final Thread hook = new Thread(this::killAll, "stop-flink-cluster");
  private final MemoryFlags taskManagerMemory;
  private final RestClient rest;
  private int taskManagers;

  private FlinkCluster(ClusterOptions options, Waiting waiting) {
    this.options = options;
    this.waiting = waiting;
    int port = ClusterConfig.write(options);
    this.rest = new RestClient(port, waiting.timeout());
    MemoryFlags.Question ofJobManager = MemoryFlags.ofJobManager(options);
    MemoryFlags.Question ofTaskManager = MemoryFlags.ofTaskManager(options);
    MemoryFlags jobManagerMemory = ofJobManager.answer(waiting.timeout().toSeconds());
    this.taskManagerMemory = ofTaskManager.answer(waiting.timeout().toSeconds());
    Runtime.getRuntime().addShutdownHook(hook);
    launch("jobmanager", JOB_MANAGER, jobManagerMemory, List.of());
  }

  /**
   * Starts one, and waits until it is ready for jobs.
   *
   * @param options what it is made of
   * @param taskManagers how many TaskManagers to begin with
   * @param waiting how long it may take
   * @return a cluster, ready
   * @throws ClusterException if it does not get ready in time, or a process ends before
   */
  public static FlinkCluster start(ClusterOptions options, int taskManagers, Waiting waiting) {
    FlinkCluster cluster = new FlinkCluster(options, waiting);
    try {
      for (int i = 0; i < taskManagers; i++) {
        cluster.startTaskManager();
      }
      cluster.awaitSlots(taskManagers * options.slots());
      return cluster;
    } catch (ClusterException e) {
      cluster.close();
      throw cluster.explain(e);
    }
  }

  /**
   * Starts one more TaskManager; it joins on its own.
   *
   * @return its name
   */
  public String startTaskManager() {
    String name = "taskmanager-" + ++taskManagers;
    launch(name, TASK_MANAGER, taskManagerMemory, List.of("-D", "taskmanager.resource-id=" + name));
    return name;
  }

  private synchronized void launch(
      String name, String main, MemoryFlags memory, List<String> arguments) {
    List<String> program = new ArrayList<>();
    program.addAll(List.of(main, "--configDir", options.conf().toString()));
    program.addAll(arguments);
    program.addAll(memory.program());
    processes.put(name, FlinkProcess.start(options, name, memory.jvm(), program));
  }

  /** Waits until so many slots are offered. */
  void awaitSlots(int slots) {
    waiting.until(
        "a cluster of " + slots + " slots",
        () -> {
          requireAlive();
          try {
            JsonNode overview = rest.get("/overview");
            return overview.path("slots-total").asInt() >= slots
                ? Optional.of(true)
                : Optional.empty();
          } catch (ClusterException e) {
            // It does not listen yet, or says that it has no leader yet.
            return Optional.empty();
          }
        });
  }

  /** Fails if a process that nobody killed has ended. */
  synchronized void requireAlive() {
    for (FlinkProcess process : processes.values()) {
      if (!process.isAlive()) {
        throw new ClusterException(process.name() + " has ended with " + process.exitCode());
      }
    }
  }

  /**
   * Kills a TaskManager as {@code kill -9} does.
   *
   * @param name its name
   * @return its process id
   * @throws IllegalArgumentException if there is none of that name
   */
  public synchronized long kill(String name) {
    FlinkProcess process = processes.remove(name);
    if (process == null) {
      throw new IllegalArgumentException(name + " is none of " + processes.keySet());
    }
    process.kill();
    process.awaitEnd();
    return process.pid();
  }

  /**
   * Uploads a program.
   *
   * @param jar its jar; the manifest names the main class
   * @return the program's id in this cluster
   * @throws ClusterException if it is refused
   */
  public String upload(Path jar) {
    String file = rest.upload("/jars/upload", jar).path("filename").asString();
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /**
   * Runs a program.
   *
   * @param program its id
   * @param arguments of its main method
   * @param parallelism of all operators that set none
   * @param savepoint where to go on from, or nothing
   * @return the job, submitted
   * @throws ClusterException if it is refused
   */
  public FlinkJob run(
      String program, List<String> arguments, int parallelism, Optional<String> savepoint) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("programArgsList", arguments);
    body.put("parallelism", parallelism);
    savepoint.ifPresent(path -> body.put("savepointPath", path));
    JsonNode answer = rest.post("/jars/" + program + "/run", body);
    return new FlinkJob(this::requireAlive, rest, waiting, answer.path("jobid").asString());
  }

  /**
   * Tells what a failure has to do with the logs.
   *
   * @param failure what went wrong
   * @return the same, with the last error logged and where the logs are
   */
  public ClusterException explain(ClusterException failure) {
    return new ClusterException(
        failure.getMessage().replaceFirst("\\.$", "")
            + ". Logs: "
            + options.logs()
            + Logs.lastError(options.logs())
                .map(error -> "; the last error there: " + error)
                .orElse("; there is no error in them"),
        failure);
  }

  /** Ends all processes, each by its id, and waits for that. */
  @Override
  public void close() {
    List<FlinkProcess> left;
    synchronized (this) {
      left = new ArrayList<>(processes.values());
    }
    left.forEach(FlinkProcess::stop);
    left.forEach(FlinkProcess::awaitEnd);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs already: it finds nothing left to kill.
      return;
    }
  }

  private synchronized void killAll() {
    processes.values().forEach(FlinkProcess::kill);
  }
}
