package io.streambed.heap;

/**
 * Where the parts of an entry lie in the lanes of a {@link DenseMap}; one for all maps of a table.
 *
 * <p>An entry takes {@code longs} places in the lane of 64 bits: first the user key's bits or hash,
 * then what there is of value, stamp and value epoch. It takes {@code objects} places in the lane
 * of objects: what there is of user key and value, in this order; no place, no lane.
 *
 * @param longKeys user keys are 64 bits, else objects
 * @param longValues values are 64 bits, else objects
 * @param longs places of an entry in the lane of 64 bits, 1 to 4
 * @param objects places of an entry in the lane of objects, 0 to 2
 * @param stampAt the stamp's place, or -1 if there are none
 * @param epochAt the value epoch's place, or -1 if values are not tracked
 */
record DenseShape(
    boolean longKeys, boolean longValues, int longs, int objects, int stampAt, int epochAt) {

  /** The shape of maps whose segmented form has a given layout. */
  static DenseShape of(Layout layout) {
    int longs = layout.longValues() ? 2 : 1;
    int stampAt = layout.stamped() ? longs++ : -1;
    int epochAt = layout.tracked() ? longs++ : -1;
    int objects = (layout.longKeys() ? 0 : 1) + (layout.longValues() ? 0 : 1);
    return new DenseShape(layout.longKeys(), layout.longValues(), longs, objects, stampAt, epochAt);
  }

  /** The place of an entry's value in the lane of objects. */
  int objectValueAt(int entry) {
    return entry * objects + objects - 1;
  }
}
