package io.streambed.cli.flink;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to Flink's REST interface. One thread. */
final class RestClient {
  private static final String BOUNDARY = "----streambed-jar----";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final URI root;
  private final Duration timeout;
  private final HttpClient client;

  RestClient(int port, Duration timeout) {
    this.root = URI.create("http://" + ClusterConfig.LOOPBACK + ":" + port);
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  JsonNode get(String path) {
    return send(HttpRequest.newBuilder(root.resolve(path)).GET(), path);
  }

  JsonNode post(String path, Map<String, ?> body) {
    return send(
        HttpRequest.newBuilder(root.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))),
        path);
  }

  /** Uploads a jar; gives the answer to that. */
  JsonNode upload(String path, Path jar) {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
            + jar.getFileName()
            + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
    String tail = "\r\n--" + BOUNDARY + "--\r\n";
    try {
      BodyPublisher body =
          BodyPublishers.ofByteArrays(
              List.of(
                  head.getBytes(StandardCharsets.UTF_8),
                  java.nio.file.Files.readAllBytes(jar),
                  tail.getBytes(StandardCharsets.UTF_8)));
      return send(
          HttpRequest.newBuilder(root.resolve(path))
              .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
              .POST(body),
          path);
    } catch (IOException e) {
      throw new ClusterException("Reading " + jar + ": " + e, e);
    }
  }

  private JsonNode send(HttpRequest.Builder request, String path) {
    try {
      HttpResponse<String> response =
          client.send(request.timeout(timeout).build(), BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() >= 300) {
        throw new ClusterException(path + " was refused: " + reason(answer));
      }
      return answer;
    } catch (IOException | JacksonException e) {
      throw new ClusterException("no answer to " + path + " from " + root + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for an answer to " + path, e);
    }
  }

  /** Flink gives a whole stack trace: its deepest cause says most. */
  private static String reason(JsonNode answer) {
    StringBuilder errors = new StringBuilder();
    answer.path("errors").forEach(error -> errors.append(error.asString()).append('\n'));
    return deepestCause(errors.toString());
  }

  /** The last cause in a stack trace. */
  static String deepestCause(String stackTrace) {
    String mark = "Caused by: ";
    List<String> lines = stackTrace.lines().filter(line -> !line.isBlank()).toList();
    String deepest = lines.isEmpty() ? "without a reason" : lines.get(0);
    for (String line : lines) {
      if (line.startsWith(mark)) {
        deepest = line.substring(mark.length());
      }
    }
    return deepest;
  }
}
