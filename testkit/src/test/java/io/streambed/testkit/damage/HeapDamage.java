package io.streambed.testkit.damage;

import io.streambed.file.Compression;
import io.streambed.heap.HeapKeyedStoreFactory;
import java.io.IOException;
import java.util.List;

/** The damage campaign over checkpoints of the heap store; arguments as {@link DamageEffort}. */
final class HeapDamage {
  private HeapDamage() {}

  /** The exit code is 0 if nothing was silently wrong and every error was as it has to be. */
  public static void main(String[] arguments) throws IOException {
    DamageEffort effort = DamageEffort.of(arguments);
    DamageCampaign campaign = new DamageCampaign(effort);
    for (DamagedWorld.Options options :
        List.of(
            world("in files", 0, Compression.NONE, 2),
            world("in files, deflated", 0, Compression.DEFLATE, 3),
            world("inline", 1 << 20, Compression.NONE, 1),
            world("inline, deflated", 1 << 20, Compression.DEFLATE, 2))) {
      campaign.run(new DamagedWorld(options, effort.seed()));
    }
    System.exit(campaign.finish() ? 0 : 1);
  }

  private static DamagedWorld.Options world(
      String title, int smallFileBytes, Compression compression, int restoredParallelism) {
    return new DamagedWorld.Options(
        title,
        BackendUnderTest.of(new HeapKeyedStoreFactory()),
        smallFileBytes,
        compression,
        2,
        restoredParallelism,
        2);
  }
}
