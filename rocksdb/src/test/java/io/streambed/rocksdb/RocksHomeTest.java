package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A disk that hangs while it removes files holds up him who removes them, and no one else. */
class RocksHomeTest {
  @TempDir private Path directory;
  private final CountDownLatch removing = new CountDownLatch(1);
  private final CountDownLatch diskAnswers = new CountDownLatch(1);

  /** Removes nothing before it is told to. */
  private FileSystem hanging() {
    LocalFileSystem files = new LocalFileSystem();
    return (FileSystem)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("deleteRecursively")) {
                removing.countDown();
                diskAnswers.await();
              }
              try {
                return method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
  void freeze_whileFilesAreRemoved_doesNotWait() throws Exception {
    RocksKeyedStoreFactory factory =
        new RocksKeyedStoreFactory(hanging(), RocksOptions.in(directory));
    KeyedStore<Long> store =
        factory.create(StoreContext.alone(Serializers.longs(), 8, LongStores.ALL));
    LongStores.fill(store, 1);
    IncrementalStore incremental = (IncrementalStore) store;
    FrozenFiles first = incremental.freezeFiles(1);
    Thread remover = new Thread(first::close, "remover");
    remover.start();
    removing.await();
    FrozenFiles second = incremental.freezeFiles(2);
    KeyedStore<Long> other =
        factory.create(StoreContext.alone(Serializers.longs(), 8, LongStores.ALL));
    LongStores.fill(other, 2);
    LongStores.expectFilled(store, 1);
    assertThat(remover.isAlive()).isTrue();
    diskAnswers.countDown();
    remover.join();
    second.close();
    other.close();
    store.close();
    assertThat(factory.openNativeHandles()).isZero();
  }
}
