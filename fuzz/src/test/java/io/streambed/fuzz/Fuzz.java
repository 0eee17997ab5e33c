package io.streambed.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Jazzer calls, with the target's name as its argument. As a program of its own it lists the
 * targets, writes the seeds of one into a directory, or runs one over files.
 */
public final class Fuzz {
  private static FuzzTarget target;

  private Fuzz() {}

  /**
   * Chooses the target; Jazzer calls this once.
   *
   * @param arguments the target's name
   */
  public static void fuzzerInitialize(String[] arguments) {
    target = FuzzTargets.named(arguments[0]);
  }

  /**
   * Gives the target one input; Jazzer calls this again and again.
   *
   * @param input the input
   */
  public static void fuzzerTestOneInput(byte[] input) {
    Trial.run(target, input);
  }

  /**
   * {@code list}, {@code seeds TARGET DIRECTORY} or {@code replay TARGET FILE...}.
   *
   * @param arguments what to do
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "list" -> FuzzTargets.names().forEach(System.out::println);
      case "seeds" -> {
        List<byte[]> seeds = FuzzTargets.named(arguments[1]).seeds();
        for (int i = 0; i < seeds.size(); i++) {
          Files.write(Path.of(arguments[2], "seed-" + i), seeds.get(i));
        }
      }
      case "replay" -> {
        for (String file : List.of(arguments).subList(2, arguments.length)) {
          Trial.run(FuzzTargets.named(arguments[1]), Files.readAllBytes(Path.of(file)));
        }
      }
      default -> throw new IllegalArgumentException("no command " + arguments[0]);
    }
  }
}
