package io.streambed.fuzz;

import io.streambed.checkpoint.OwnedSavepointTarget;
import io.streambed.control.ControlTarget;
import io.streambed.operator.OperatorContainerTarget;
import io.streambed.rocksdb.EntryFormTarget;
import io.streambed.rocksdb.RocksManifestTarget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** All targets by their names. */
final class FuzzTargets {
  private static final Map<String, FuzzTarget> ALL = new LinkedHashMap<>();

  static {
    ALL.put("block-file", new BlockFileTarget());
    ALL.put("compression", new CompressionTarget());
    ALL.put("checkpoint-list", new CheckpointListTarget());
    ALL.put("metadata", new MetadataTarget());
    ALL.put("owned-savepoint", new OwnedSavepointTarget());
    ALL.put("control", new ControlTarget());
    ALL.put("keyed-container", new KeyedContainerTarget());
    ALL.put("keyed-restore", new RestoreTarget(RestoreTarget.Part.KEYED));
    ALL.put("operator-container", new OperatorContainerTarget());
    ALL.put("operator-restore", new RestoreTarget(RestoreTarget.Part.OPERATOR));
    ALL.put("serializers", new SerializerTarget());
    ALL.put("rocks-manifest", new RocksManifestTarget());
    ALL.put("rocks-entries", new EntryFormTarget());
  }

  private FuzzTargets() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  static FuzzTarget named(String name) {
    FuzzTarget target = ALL.get(name);
    if (target == null) {
      throw new IllegalArgumentException("there is no target " + name + ": " + names());
    }
    return target;
  }
}
