/**
 * The contract of stores as suites to subclass, and a plain store to compare with.
 *
 * <p><b>Reading order.</b> {@link io.streambed.testkit.store.ValueTableContract}, {@link
 * io.streambed.testkit.store.ListTableContract}, {@link
 * io.streambed.testkit.store.MapTableContract}, {@link
 * io.streambed.testkit.store.OrderedSetContract} for the shapes; {@link
 * io.streambed.testkit.store.KeyedStoreContract}, {@link
 * io.streambed.testkit.store.KeyedStoreSnapshotContract}, {@link
 * io.streambed.testkit.store.KeyedStoreExpiryContract}, {@link
 * io.streambed.testkit.store.KeyedStoreSweepContract}, {@link
 * io.streambed.testkit.store.KeyedStoreLoadContract}, {@link
 * io.streambed.testkit.store.KeyedStoreEvolutionContract}, {@link
 * io.streambed.testkit.store.KeyedStoreDamageContract}, {@link
 * io.streambed.testkit.store.MemoryBudgetContract} for the store; {@link
 * io.streambed.testkit.store.KindContract}, {@link io.streambed.testkit.store.MapKindContract},
 * {@link io.streambed.testkit.store.MergingKindContract}, {@link
 * io.streambed.testkit.store.RenamedStateContract}, {@link
 * io.streambed.testkit.store.StateQueryContract}, {@link
 * io.streambed.testkit.store.TimerServiceContract} and {@link
 * io.streambed.testkit.store.BackendRestoreContract} for what is built on it; {@link
 * io.streambed.testkit.store.ByteStoreFactory} for the plain store. Each suite wants one method,
 * {@code factory()}:
 *
 * <pre>{@code
 * class MyValueTableTest extends ValueTableContract {
 *   protected KeyedStoreFactory factory() { return new MyStoreFactory(); }
 * }
 * }</pre>
 *
 * <p><b>Threading.</b> A test's thread; some read views on the common pool. <b>Imports.</b> core,
 * JUnit, AssertJ.
 */
package io.streambed.testkit.store;
