/**
 * What becomes of state that was written under an older declaration: whether the present one can
 * take it over, and how its entries are converted. The same rules for every store.
 *
 * <p><b>Reading order.</b> {@link io.streambed.migration.Takeover}, {@link
 * io.streambed.migration.Conversion}. <b>Threading.</b> The thread whose serializers are used.
 * <b>Imports.</b> store, entry, key, serial, state, bytes, error.
 */
package io.streambed.migration;
