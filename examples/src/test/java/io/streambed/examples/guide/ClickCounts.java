package io.streambed.examples.guide;

import io.streambed.examples.guide.Clicks.Click;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;

/** Counts each user's clicks in every ten minutes. */
final class ClickCounts implements KeyedFunction<ClickCounts.Window, Click, String> {
  record Window(String user, long endMillis) {
    static Window of(Click click) {
      return new Window(click.user(), click.atMillis() / 600_000 * 600_000 + 599_999);
    }
  }

  @Override
  public KeyedHandler<Click> open(KeyedContext<Window, String> context) {
    var count = context.value("count", Integer.class, 0);
    return KeyedHandler.of(
        (click, at) -> {
          count.update(count.value() + 1);
          context.registerEventTimer(context.key().endMillis());
        },
        end -> context.emit(context.key().user() + ": " + count.getAndClear()));
  }
}
