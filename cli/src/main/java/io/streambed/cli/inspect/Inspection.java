package io.streambed.cli.inspect;

import io.streambed.cli.inspect.CheckpointVerifier.Verified;
import java.util.List;
import java.util.Set;

/**
 * What was found at a path.
 *
 * @param path the path as given
 * @param shown the checkpoint or savepoint at the path, or the latest checkpoint of a directory;
 *     null if the directory has savepoints only
 * @param retained all complete ones of a directory; empty if the path is a single one
 * @param verified what was read to verify it; null if that was not asked for
 * @param damages all damage that was met
 */
record Inspection(
    String path,
    CheckpointReport shown,
    List<Retained> retained,
    Verified verified,
    Set<Damage> damages) {
  /**
   * One complete checkpoint or savepoint of a directory. Only path and damage are there if its
   * metadata cannot be read.
   *
   * @param path where it is
   * @param checkpointId its id
   * @param type checkpoint or savepoint
   * @param time when it was triggered, in UTC
   * @param bytes the size of all that a restore of it needs, as written
   * @param files number of its files, shared ones included
   * @param states number of its states, those of several operators counted for each
   * @param damaged whether damage was met in it
   */
  record Retained(
      String path,
      Long checkpointId,
      String type,
      String time,
      Long bytes,
      Long files,
      Integer states,
      boolean damaged) {
    static Retained of(CheckpointReport report, boolean damaged) {
      return new Retained(
          report.path(),
          report.checkpointId(),
          report.type(),
          report.time(),
          report.bytes(),
          report.files(),
          report.operators().stream().mapToInt(operator -> operator.states().size()).sum(),
          damaged);
    }

    static Retained unreadable(String path) {
      return new Retained(path, null, null, null, null, null, null, true);
    }
  }
}
