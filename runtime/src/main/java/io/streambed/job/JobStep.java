package io.streambed.job;

/**
 * What is done with the results of an operator or of another step, in the subtasks that they come
 * from: it has neither subtasks nor state of its own.
 */
public sealed interface JobStep {
  /**
   * By which operators and steps name it as what they read.
   *
   * @return unique in the job; the ids of operators are not among them
   */
  String id();

  /**
   * Whose results it takes.
   *
   * @return the id of an operator or of an earlier step
   */
  String input();

  /**
   * Runs a function over the results.
   *
   * @param id the step's id
   * @param input whose results it takes
   * @param function what is run
   */
  record Function(String id, String input, ProcessFunction<Object, Object> function)
      implements JobStep {}

  /**
   * Takes the results that a function gives to a side output.
   *
   * @param id the step's id
   * @param input whose side output it is
   * @param output which one
   */
  record Side(String id, String input, SideOutput<?> output) implements JobStep {}
}
