package io.streambed.job;

/** What a {@link SplitReader} answers when it is asked for an element. */
public enum Poll {
  /** There is one: {@link SplitReader#element()} gives it. */
  ELEMENT,

  /** There is none now, and there may be one later. */
  IDLE,

  /** There is none, and there never will be: the split has ended. */
  END
}
