/**
 * What becomes of state that was written under an older declaration: whether the present one can
 * take it over, and how its entries are converted. The same rules for every store, and for keyed
 * and operator state.
 *
 * <p><b>Reading order.</b> {@link io.streambed.migration.Takeover}, the rules; {@link
 * io.streambed.migration.CompatibilityReport} and {@link
 * io.streambed.migration.StateCompatibility}, which ask them for all states of a job at once;
 * {@link io.streambed.migration.Conversion}. <b>Threading.</b> The thread whose serializers are
 * used. <b>Imports.</b> store, entry, key, serial, state, bytes, error.
 */
package io.streambed.migration;
