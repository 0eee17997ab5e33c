package io.streambed.cli.flink;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files in a cluster's {@code conf}: everything on loopback and small, failures noticed within
 * seconds, no state within the metadata file.
 */
final class ClusterConfig {
  static final String LOOPBACK = "127.0.0.1";

  private static final String REST_PORT = "rest.port";

  private static final String LOG4J =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.file.ref = File
      appender.file.name = File
      appender.file.type = FILE
      appender.file.fileName = ${sys:log.file}
      appender.file.layout.type = PatternLayout
      appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c - %m%n
      """;

  private final ClusterOptions options;
  private final Map<String, String> entries = new TreeMap<>();

  private ClusterConfig(ClusterOptions options) {
    this.options = options;
  }

  /** Draws ports and writes the files; gives the port of the REST interface. */
  static int write(ClusterOptions options) {
    ClusterConfig config = new ClusterConfig(options);
    config.addresses();
    config.memory();
    config.checkpoints();
    config.timing();
    config.entries.putAll(options.configuration());
    try {
      config.writeFiles();
      return Integer.parseInt(config.entries.get(REST_PORT));
    } catch (IOException e) {
      throw new ClusterException("The cluster's files in " + options.conf() + ": " + e, e);
    }
  }

  private void addresses() {
    for (String key :
        List.of(
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "rest.address",
            "rest.bind-address",
            "taskmanager.host",
            "taskmanager.bind-host")) {
      entries.put(key, LOOPBACK);
    }
    List<Integer> ports = freePorts(2);
    entries.put("jobmanager.rpc.port", ports.get(0).toString());
    entries.put(REST_PORT, ports.get(1).toString());
    entries.put("io.tmp.dirs", options.temporary().toString());
    entries.put("web.upload.dir", options.temporary().toString());
    entries.put("blob.storage.directory", options.temporary().toString());
  }

  private void memory() {
    entries.put("jobmanager.memory.heap.size", "256m");
    entries.put("jobmanager.memory.off-heap.size", "64m");
    entries.put("jobmanager.memory.jvm-metaspace.size", "128m");
    entries.put("jobmanager.memory.jvm-overhead.min", "64m");
    entries.put("taskmanager.memory.framework.heap.size", "64m");
    entries.put("taskmanager.memory.task.heap.size", "256m");
    entries.put("taskmanager.memory.framework.off-heap.size", "64m");
    entries.put("taskmanager.memory.managed.size", "96m");
    entries.put("taskmanager.memory.network.min", "48m");
    entries.put("taskmanager.memory.network.max", "48m");
    entries.put("taskmanager.memory.jvm-metaspace.size", "128m");
    entries.put("taskmanager.memory.jvm-overhead.min", "64m");
    entries.put("taskmanager.numberOfTaskSlots", Integer.toString(options.slots()));
    // So that each TaskManager runs a part of the job.
    entries.put("taskmanager.load-balance.mode", "SLOTS");
  }

  private void checkpoints() {
    entries.put("execution.checkpointing.storage", "filesystem");
    entries.put("execution.checkpointing.dir", options.checkpoints().toUri().toString());
    entries.put("execution.checkpointing.savepoint-dir", options.savepoints().toUri().toString());
    entries.put("execution.checkpointing.interval", "1 s");
    entries.put("execution.checkpointing.incremental", "true");
    // Every byte of state in a file of its own, none in Flink's metadata.
    entries.put("execution.checkpointing.data-inline-threshold", "0");
    // Those that are asked for while a TaskManager is gone fail.
    entries.put("execution.checkpointing.tolerable-failed-checkpoints", "1000");
  }

  private void timing() {
    entries.put("heartbeat.interval", "1 s");
    entries.put("heartbeat.timeout", "30 s");
    entries.put("restart-strategy.type", "fixed-delay");
    entries.put("restart-strategy.fixed-delay.attempts", "10");
    entries.put("restart-strategy.fixed-delay.delay", "1 s");
    entries.put("metrics.fetcher.update-interval", "500 ms");
    entries.put("web.refresh-interval", "300 ms");
    // Read little ahead of a throttled source.
    entries.put("source.file.stream.io-fetch-size", "64 kb");
  }

  private void writeFiles() throws IOException {
    for (Path directory : List.of(options.conf(), options.logs(), options.temporary())) {
      Files.createDirectories(directory);
    }
    List<String> lines = new ArrayList<>();
    entries.forEach((key, value) -> lines.add(key + ": " + quoted(value)));
    Files.write(options.conf().resolve("config.yaml"), lines);
    Files.writeString(options.conf().resolve("log4j.properties"), LOG4J);
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static List<Integer> freePorts(int count) {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK));
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new ClusterException("No free port on " + LOOPBACK + ": " + e, e);
    }
    return ports;
  }
}
