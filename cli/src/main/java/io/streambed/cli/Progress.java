package io.streambed.cli;

import io.streambed.runtime.JobEvent;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error that shows how many records were read; nothing but on a terminal. */
final class Progress implements AutoCloseable {
  static final Progress NONE = new Progress(null);

  private static final long UNKNOWN = -1;

  private final ProgressBar bar;
  private final RecordCounts counts = new RecordCounts();

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  static Progress ofUnknownEnd(String task) {
    return of(task, UNKNOWN);
  }

  static Progress of(String task, long records) {
    if (System.console() == null) {
      return NONE;
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(records)
            .setStyle(ProgressBarStyle.ASCII)
            .build());
  }

  /** Any thread. */
  void show(JobEvent event) {
    if (bar != null && event instanceof JobEvent.RecordsRead read) {
      counts.note(read);
      bar.stepTo(counts.total());
      bar.setExtraMessage(counts.toString());
    }
  }

  void show(long records) {
    if (bar != null) {
      bar.stepTo(records);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
