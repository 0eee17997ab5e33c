package io.streambed.cli.control;

import io.streambed.control.ControlRequest.Kind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What came of a request.
 *
 * @param asked who was asked for what
 * @param result how it ended
 * @param savepoint where the savepoint is; null if none is complete as far as is known
 * @param reason why it was not done, with the way out; null if it was
 */
record Outcome(Asked asked, Result result, String savepoint, String reason) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * Who was asked for what.
   *
   * @param root the job's directory of checkpoints
   * @param job the job's name
   * @param attempt which claim of the directory
   * @param kind what for
   */
  record Asked(Path root, String job, long attempt, Kind kind) {}

  /** How it ended. In JSON in lower case, with dashes. */
  enum Result {
    /** Done. */
    DONE,
    /** The job said no, or could not do it. */
    FAILED,
    /** No process runs the job. */
    NOT_RUNNING,
    /** The job did not take the request, which was withdrawn. */
    NOT_TAKEN,
    /** The job took the request, and it is not known what came of it. */
    UNKNOWN
  }

  void print(boolean json, PrintWriter out, PrintWriter err) {
    if (json) {
      out.println(MAPPER.writeValueAsString(fields()));
    } else if (result == Result.DONE && savepoint != null) {
      out.println(savepoint);
    }
    if (result == Result.DONE) {
      err.println(advice());
    } else {
      err.println("streambed: " + reason);
    }
    err.flush();
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("directory", asked.root().toString());
    fields.put("job", asked.job());
    fields.put("attempt", asked.attempt());
    fields.put("request", word(asked.kind()));
    fields.put("outcome", word(result));
    fields.put("savepoint", savepoint);
    fields.put("reason", reason);
    return fields;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String advice() {
    String job = "Job \"" + asked.job() + "\"";
    String restore = "RunOptions.withRestore(new RestorePoint.At(path)), or run --restore PATH.";
    if (asked.kind() == Kind.SAVEPOINT) {
      return job + " goes on. To start from the savepoint: " + restore;
    }
    // A stop that was under way may have come before a request for an end without a savepoint.
    return savepoint != null
        ? job
            + " has ended, and all results up to the savepoint are visible. Start it again from the"
            + " savepoint, not from its latest checkpoint, which is older: "
            + restore
        : job
            + " has ended. Start it again from its latest checkpoint: RestorePoint.Latest, or run"
            + " --restore latest.";
  }
}
