package io.streambed.store;

/**
 * A state that a checkpoint brought and nobody has opened, as far as it was written under one
 * declaration.
 *
 * @param schema its declaration as written
 * @param entries number of entries held
 * @param bytes size of their serialized form
 */
public record CarriedState(StateSchema schema, long entries, long bytes) {}
