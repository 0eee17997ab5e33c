package io.streambed.flink;

import io.streambed.error.InvariantViolationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Runs what must wait until a task no longer uses its state.
 *
 * <p>A task closes its operators, and then its mailbox: mails that nobody has read are cancelled,
 * on the task's thread. A mail that waits for that is how this class learns of the end.
 *
 * <p>Threading: any thread.
 *
 * @param environment of the task
 * @param thread of the task
 */
record TaskEnd(Environment environment, Thread thread) {
  /**
   * Runs an action when the task no longer uses its state. To be called when Flink closes the task:
   *
   * <ul>
   *   <li>If the mailbox takes a mail, the action runs when the mailbox is closed, after the
   *       operators. It runs before them if the task still reads the mail: it is cancelled just as
   *       it comes to its end, or code of the user's reads mails.
   *   <li>If the mailbox takes none, a call on the task's own thread runs the action at once. That
   *       is before the operators are closed if the task fails when it has read its last mail.
   *   <li>If another thread calls then, the action runs when the task's thread has ended.
   *   <li>Where there is no mailbox, outside of a streaming task, only the task's own thread can
   *       tell that it has ended: a call from another thread does nothing.
   * </ul>
   *
   * <p>Where the action comes before the operators are closed, an operator that uses state as it is
   * closed gets an {@link IllegalStateException}. The task fails or is cancelled in any case.
   */
  void run(Runnable action) {
    MailboxExecutor mailbox = mailbox();
    if (mailbox != null && send(mailbox, new Mail(action, true))) {
      return;
    }
    if (Thread.currentThread() == thread) {
      action.run();
    } else if (mailbox != null) {
      runAfterThread(action);
    }
  }

  /**
   * Runs an action when the task's thread has ended. Flink tells nobody else of that: while one
   * thread cancels the task, the task's own may have closed its mailbox already.
   */
  private void runAfterThread(Runnable action) {
    Thread waiting =
        new Thread(
            () -> {
              try {
                thread.join();
              } catch (InterruptedException e) {
                throw new InvariantViolationException("nobody knows this thread to interrupt it");
              }
              action.run();
            },
            "Streambed waits for the end of " + thread.getName());
    waiting.setDaemon(true);
    waiting.start();
  }

  /**
   * Runs an action if the task ends before it reads its first mail, because its operators could not
   * be restored. To be called while they are being restored.
   */
  void runIfRestoreFails(Runnable action) {
    MailboxExecutor mailbox = mailbox();
    if (mailbox != null) {
      send(mailbox, new Mail(action, false));
    }
  }

  /** The task's mailbox, or null outside of a streaming task. */
  private MailboxExecutor mailbox() {
    try {
      return environment.getMainMailboxExecutor();
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /** Whether the mailbox took the mail. */
  private static boolean send(MailboxExecutor mailbox, Mail mail) {
    try {
      mailbox.execute(mail, "Streambed waits for the task's end");
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Flink cancels a mail that nobody has read if it is a future. */
  private static final class Mail extends FutureTask<Void>
      implements ThrowingRunnable<RuntimeException> {
    private final Runnable action;
    private final boolean whenRead;

    /**
     * A mail.
     *
     * @param whenRead whether the action is run when the mail is read, and not only when it is
     *     cancelled
     */
    Mail(Runnable action, boolean whenRead) {
      super(() -> null);
      this.action = action;
      this.whenRead = whenRead;
    }

    @Override
    protected void done() {
      if (whenRead || isCancelled()) {
        action.run();
      }
    }
  }
}
