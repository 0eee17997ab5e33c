package io.streambed.testkit.damage;

import io.streambed.file.Compression;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.util.List;

/**
 * The damage campaign over incremental checkpoints of the store of bytes; arguments as {@link
 * DamageEffort}.
 */
final class ByteDamage {
  private ByteDamage() {}

  /** The exit code is 0 if nothing was silently wrong and every error was as it has to be. */
  public static void main(String[] arguments) throws IOException {
    DamageEffort effort = DamageEffort.of(arguments);
    DamageCampaign campaign = new DamageCampaign(effort);
    for (DamagedWorld.Options options :
        List.of(
            world("in files", Compression.NONE, 1), world("rescaled", Compression.DEFLATE, 2))) {
      campaign.run(new DamagedWorld(options, effort.seed()));
    }
    System.exit(campaign.finish() ? 0 : 1);
  }

  private static DamagedWorld.Options world(
      String title, Compression compression, int restoredParallelism) {
    return new DamagedWorld.Options(
        title,
        BackendUnderTest.of(ByteStoreFactory.incremental()),
        0,
        compression,
        2,
        restoredParallelism,
        3);
  }
}
