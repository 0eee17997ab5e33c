package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What becomes of a question that is at work, where it fails or does not end. */
class SubtaskQuestionsTest {
  private final SubtaskQuestions questions = new SubtaskQuestions("count", 0, Runnable::run);

  /** What those who depend on an answer see of its failure. */
  private static Throwable failure(CompletableFuture<?> asked) {
    return asked.handle((answer, failure) -> failure).join();
  }

  private void answerAll() {
    while (questions.answer(null, null, Runnable::run)) {
      assertThat(questions.someWait()).isTrue();
    }
  }

  @Test
  void question_inTheHandsOfATaskThatHangs_isToldThatTheJobHasEnded() {
    List<CompletableFuture<String>> asked = new ArrayList<>();
    List<Boolean> toldMeanwhile = new ArrayList<>();
    asked.add(
        questions.ask(
            (state, background) -> {
              questions.end();
              toldMeanwhile.add(asked.get(0).isCompletedExceptionally());
              return "late";
            },
            found -> found));
    answerAll();
    assertThat(toldMeanwhile).containsExactly(true);
    ExecutionException told =
        catchThrowableOfType(ExecutionException.class, () -> asked.get(0).get());
    assertThat(((StateQueryException) told.getCause()).reason()).isEqualTo(Reason.ENDED);
  }

  @Test
  void error_ofWhatTheAskerGave_failsTheQuestionAndNotTheTask() {
    List<Error> errors = List.of(new NoClassDefFoundError("a type"), new StackOverflowError());
    for (Error error : errors) {
      CompletableFuture<Object> asked =
          questions.ask(
              (state, background) -> {
                throw error;
              },
              found -> found);
      answerAll();
      assertThat(failure(asked)).isSameAs(error);
    }
  }

  @Test
  void error_ofTheVirtualMachine_failsTheTaskToo() {
    OutOfMemoryError error = new OutOfMemoryError("none left");
    CompletableFuture<Object> asked =
        questions.ask(
            (state, background) -> {
              throw error;
            },
            found -> found);
    assertThatThrownBy(this::answerAll).isSameAs(error);
    assertThat(failure(asked)).isSameAs(error);
  }

  @Test
  void refusal_toThoseWhoDependOnAnAnswer_isNotWithinAnotherException() {
    StateQueryException refusal = new StateQueryException(Reason.UNKNOWN_STATE, "no such state");
    CompletableFuture<Object> byTheTask =
        questions.ask(
            (state, background) -> {
              throw refusal;
            },
            found -> found);
    CompletableFuture<Object> whenTheAnswerIsMade =
        questions.ask(
            (state, background) -> "found",
            found -> {
              throw refusal;
            });
    answerAll();
    assertThat(failure(byTheTask)).isSameAs(refusal);
    assertThat(failure(whenTheAnswerIsMade)).isSameAs(refusal);
  }
}
