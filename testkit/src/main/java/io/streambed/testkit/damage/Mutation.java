package io.streambed.testkit.damage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One damage to the files of a checkpoint.
 *
 * @param kind what sort of damage
 * @param detail where, for messages
 * @param content the files' new bytes; null for one that is gone
 */
record Mutation(Kind kind, String detail, Map<Path, byte[]> content) {
  private static final int SECTOR_BYTES = 512;

  enum Kind {
    BIT_FLIPPED,
    TRUNCATED,
    EXTENDED,
    SECTOR_ZEROED,
    MISSING,
    EMPTY,
    SWAPPED,
    FROM_OLDER_CHECKPOINT,
    FROM_OTHER_JOB
  }

  void applyTo(MemoryFiles files) {
    content.forEach(files::damage);
  }

  /** Every damage to one file by itself; of bits and lengths every so manieth. */
  static void ofFile(Path path, byte[] content, int every, Consumer<Mutation> then) {
    for (int bit = 0; bit < 8 * content.length; bit += every) {
      then.accept(flipped(path, content, bit));
    }
    for (int length = 1; length < content.length; length += every) {
      then.accept(truncated(path, content, length));
    }
    atLarge(path, content, then);
  }

  /** So many bits and lengths of all the files together, as chance will have it. */
  static void sampled(
      MemoryFiles files, List<Path> paths, int samples, Random random, Consumer<Mutation> then) {
    NavigableMap<Long, Path> places = new TreeMap<>();
    long total = 0;
    for (Path path : paths) {
      places.put(total, path);
      total += files.content(path).length;
    }
    for (int i = 0; i < samples && total > 0; i++) {
      Map.Entry<Long, Path> at = places.floorEntry(random.nextLong(total));
      byte[] content = files.content(at.getValue());
      then.accept(flipped(at.getValue(), content, random.nextInt(8 * content.length)));
      then.accept(truncated(at.getValue(), content, random.nextInt(content.length)));
    }
  }

  private static Mutation flipped(Path path, byte[] content, int bit) {
    byte[] flipped = content.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return of(Kind.BIT_FLIPPED, "bit " + bit, path, flipped);
  }

  private static Mutation truncated(Path path, byte[] content, int length) {
    return of(Kind.TRUNCATED, "to " + length, path, Arrays.copyOf(content, length));
  }

  /** Every damage to one file that is neither of one bit nor of one length. */
  static void atLarge(Path path, byte[] content, Consumer<Mutation> then) {
    for (int more : List.of(1, 2, 7, 44, SECTOR_BYTES, content.length)) {
      byte[] zeros = Arrays.copyOf(content, content.length + more);
      then.accept(of(Kind.EXTENDED, "by " + more + " zeros", path, zeros));
      byte[] repeated = zeros.clone();
      int tail = Math.min(more, content.length);
      System.arraycopy(content, content.length - tail, repeated, content.length, tail);
      then.accept(of(Kind.EXTENDED, "by its last " + more + " bytes", path, repeated));
    }
    for (int from = 0; from < content.length; from += SECTOR_BYTES) {
      byte[] zeroed = content.clone();
      Arrays.fill(zeroed, from, Math.min(from + SECTOR_BYTES, content.length), (byte) 0);
      then.accept(of(Kind.SECTOR_ZEROED, "at " + from, path, zeroed));
    }
    then.accept(of(Kind.MISSING, "", path, null));
    then.accept(of(Kind.EMPTY, "", path, new byte[0]));
  }

  static Mutation of(Kind kind, String detail, Path path, byte[] content) {
    Map<Path, byte[]> one = new TreeMap<>();
    one.put(path, content);
    return new Mutation(kind, detail, one);
  }

  /** Every pair of files, each in the other's place. */
  static List<Mutation> swaps(MemoryFiles files, List<Path> paths) {
    List<Mutation> swaps = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      for (int j = i + 1; j < paths.size(); j++) {
        Map<Path, byte[]> both = new TreeMap<>();
        both.put(paths.get(i), files.content(paths.get(j)));
        both.put(paths.get(j), files.content(paths.get(i)));
        swaps.add(new Mutation(Kind.SWAPPED, "", both));
      }
    }
    return swaps;
  }

  @Override
  public String toString() {
    return kind + " " + detail + " " + content.keySet();
  }
}
