package io.streambed.testkit.model;

/**
 * What was done, all runs together.
 *
 * @param runs number of seeds
 * @param operations number of operations that did something
 * @param snapshots snapshots of the whole job that were completed
 * @param increments those of them that consist of files of the store's own
 * @param overtaking those of them that were completed before an older one
 * @param cancelled snapshots that were given up
 * @param restores restores of the whole job
 * @param fromIncrements those of them from files of the store's own
 * @param rescales those of all restores that changed the parallelism
 * @param moves those of all restores that went to another store
 * @param fired timers that fired
 * @param looks look-ups in views of an earlier moment
 */
public record ModelReport(
    int runs,
    long operations,
    long snapshots,
    long increments,
    long overtaking,
    long cancelled,
    long restores,
    long fromIncrements,
    long rescales,
    long moves,
    long fired,
    long looks) {

  ModelReport plus(ModelReport other) {
    return new ModelReport(
        runs + other.runs,
        operations + other.operations,
        snapshots + other.snapshots,
        increments + other.increments,
        overtaking + other.overtaking,
        cancelled + other.cancelled,
        restores + other.restores,
        fromIncrements + other.fromIncrements,
        rescales + other.rescales,
        moves + other.moves,
        fired + other.fired,
        looks + other.looks);
  }
}
