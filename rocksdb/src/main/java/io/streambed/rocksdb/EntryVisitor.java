package io.streambed.rocksdb;

import io.streambed.entry.Entry;

/** Takes entries of one state. */
@FunctionalInterface
interface EntryVisitor {
  /** Takes one, valid during the call only. */
  void visit(int keyGroup, Entry entry);
}
