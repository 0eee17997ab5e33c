package io.streambed.testkit.model;

/**
 * What was done, all runs together.
 *
 * @param runs number of seeds
 * @param operations number of operations that did something
 * @param snapshots snapshots of the whole job that were completed
 * @param cancelled snapshots that were cancelled
 * @param restores restores of the whole job
 * @param rescales those of them that changed the parallelism
 * @param moves those of them that went to another store
 * @param fired timers that fired
 */
public record ModelReport(
    int runs,
    long operations,
    long snapshots,
    long cancelled,
    long restores,
    long rescales,
    long moves,
    long fired) {

  ModelReport plus(ModelReport other) {
    return new ModelReport(
        runs + other.runs,
        operations + other.operations,
        snapshots + other.snapshots,
        cancelled + other.cancelled,
        restores + other.restores,
        rescales + other.rescales,
        moves + other.moves,
        fired + other.fired);
  }
}
