package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ClosedStoreContract;
import io.streambed.testkit.store.IterationContract;
import io.streambed.testkit.store.KeyedStoreContract;
import io.streambed.testkit.store.KeyedStoreDamageContract;
import io.streambed.testkit.store.KeyedStoreExpiryContract;
import io.streambed.testkit.store.KeyedStoreLimitContract;
import io.streambed.testkit.store.KeyedStoreLoadContract;
import io.streambed.testkit.store.KeyedStoreSnapshotContract;
import io.streambed.testkit.store.KeyedStoreSweepContract;
import io.streambed.testkit.store.KindContract;
import io.streambed.testkit.store.ListTableContract;
import io.streambed.testkit.store.MapKindContract;
import io.streambed.testkit.store.MapTableContract;
import io.streambed.testkit.store.MergingKindContract;
import io.streambed.testkit.store.OrderedSetContract;
import io.streambed.testkit.store.TimerServiceContract;
import io.streambed.testkit.store.ValueTableContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The contracts are kept where all states share one column family, too. */
class RocksSharedFamilyTest {
  private static final RocksKeyedStoreFactory FACTORY = RocksStores.factory("shared-family", 0);

  @AfterAll
  static void nothingNative_isLeftOpen() {
    assertThat(FACTORY.openNativeHandles()).isZero();
  }

  @Nested
  class KeyedStore extends KeyedStoreContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class KeyedStoreDamage extends KeyedStoreDamageContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class KeyedStoreExpiry extends KeyedStoreExpiryContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class KeyedStoreLoad extends KeyedStoreLoadContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class KeyedStoreSnapshot extends KeyedStoreSnapshotContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class KeyedStoreSweep extends KeyedStoreSweepContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class Kind extends KindContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class ListTable extends ListTableContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class MapKind extends MapKindContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class MapTable extends MapTableContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class MergingKind extends MergingKindContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class OrderedSet extends OrderedSetContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class TimerService extends TimerServiceContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class ValueTable extends ValueTableContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class ClosedStore extends ClosedStoreContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class Iteration extends IterationContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }

  @Nested
  class KeyedStoreLimit extends KeyedStoreLimitContract {
    @Override
    protected KeyedStoreFactory factory() {
      return FACTORY;
    }
  }
}
