/**
 * Damage to checkpoints: a job with state of every sort, the files of its checkpoints damaged in
 * every way, and what a restore makes of them.
 *
 * <p><b>Reading order.</b> {@link io.streambed.testkit.damage.SampleJob} is a job that is driven by
 * hand, {@link io.streambed.testkit.damage.Change} what happens to it, {@link
 * io.streambed.testkit.damage.SampleModel} what it must hold then; {@link
 * io.streambed.testkit.damage.StateDump} is what it holds as text that can be compared, to see
 * whether anything is missing after a damage, a crash or a rescale. {@link
 * io.streambed.testkit.damage.DamagedWorld} is a directory of checkpoints with all that can happen
 * to it, {@link io.streambed.testkit.damage.DamageCampaign} tries and counts, {@link
 * io.streambed.testkit.damage.SmallProcess} does so with little memory. A backend is named by a
 * {@link io.streambed.testkit.damage.BackendUnderTest}.
 *
 * <p><b>Threading.</b> One thread. <b>Imports.</b> core.
 */
package io.streambed.testkit.damage;
