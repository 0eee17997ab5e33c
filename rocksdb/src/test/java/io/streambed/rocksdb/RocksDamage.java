package io.streambed.rocksdb;

import io.streambed.file.Compression;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.damage.DamageCampaign;
import io.streambed.testkit.damage.DamageEffort;
import io.streambed.testkit.damage.DamagedWorld;
import java.io.IOException;
import java.util.List;

/**
 * The damage campaign over incremental checkpoints of the RocksDB store; arguments as {@link
 * DamageEffort}.
 */
final class RocksDamage {
  private RocksDamage() {}

  /** The exit code is 0 if nothing was silently wrong and every error was as it has to be. */
  public static void main(String[] arguments) throws IOException {
    DamageEffort effort = DamageEffort.of(arguments);
    DamageCampaign campaign = new DamageCampaign(effort);
    for (DamagedWorld.Options options :
        List.of(
            world("in files", BriefStores.OWN_FAMILIES, 0, Compression.NONE, 1),
            world("inline, deflated", BriefStores.OWN_FAMILIES, 1 << 20, Compression.DEFLATE, 1),
            world("in files, rescaled", BriefStores.OWN_FAMILIES, 0, Compression.NONE, 2),
            world("states that share, rescaled", BriefStores.FACTORY, 0, Compression.NONE, 2))) {
      campaign.run(new DamagedWorld(options, effort.seed()));
    }
    boolean sound = campaign.finish();
    BriefStores.nothing_isLeftOpenOrBehind();
    System.exit(sound ? 0 : 1);
  }

  private static DamagedWorld.Options world(
      String title,
      RocksKeyedStoreFactory factory,
      int smallFileBytes,
      Compression compression,
      int parallelism) {
    return new DamagedWorld.Options(
        title, BackendUnderTest.of(factory), smallFileBytes, compression, parallelism, 1, 4);
  }
}
