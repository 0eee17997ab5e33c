package io.streambed.flink;

import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Runs what must wait until a task no longer uses its state.
 *
 * <p>A task ends with its operators closed, and then its mailbox: mails that nobody has read are
 * cancelled, on the task's thread. A mail that waits for that is how this class learns of the end.
 *
 * <p>Threading: any thread.
 *
 * @param environment of the task
 * @param thread of the task
 * @param name of what waits, unique in the task
 */
record TaskEnd(Environment environment, Thread thread, String name) {
  /**
   * Runs an action when the task has ended, or at once if it has. To be called when Flink closes
   * the task: the task reads no mail from then on, unless code of the user's is still running and
   * reads some. Where there is no mailbox, outside of a streaming task, only the task's own thread
   * can tell that it has ended: then a call from another thread does nothing.
   */
  void run(Runnable action) {
    MailboxExecutor mailbox = mailbox();
    if (mailbox != null && send(mailbox, new Mail(action, true))) {
      return;
    }
    if (Thread.currentThread() == thread) {
      action.run();
    } else if (mailbox != null) {
      // Cancelled from outside while the operators are being closed: the mailbox takes no mail any
      // more, and the end of the task is told to nobody. That of its job on this machine is.
      environment
          .getUserCodeClassLoader()
          .registerReleaseHookIfAbsent(
              "Streambed " + name + " of " + environment.getExecutionId(), action);
    }
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
