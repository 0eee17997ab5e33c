package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import java.util.Arrays;
import java.util.List;

/**
 * A scan over the columns of one state that is being migrated, as if all of it lay in one column
 * under the present declaration. No key is in two of the columns.
 */
final class MergedScan implements Scan {
  private final List<Source> sources;
  private final ByteWriter converted = new ByteWriter();
  private Source here;

  /** A scan before its first seek; closes those of the sources. */
  MergedScan(List<Source> sources) {
    this.sources = sources;
  }

  /** One of the columns. */
  static final class Source {
    private final Scan scan;
    private final StoredConversion conversion;
    private final byte[] begin;
    private boolean there;

    /** The present column. */
    Source(Scan scan) {
      this(scan, null, new byte[0]);
    }

    /**
     * A column that an older declaration wrote.
     *
     * @param scan over it
     * @param conversion of what is found there
     * @param begin keys below this one are not looked at
     */
    Source(Scan scan, StoredConversion conversion, byte[] begin) {
      this.scan = scan;
      this.conversion = conversion;
      this.begin = begin;
    }

    private void seek(byte[] from) {
      there = scan.seek(Arrays.compareUnsigned(from, begin) < 0 ? begin : from);
    }

    private boolean isBefore(Source other) {
      ByteView key = scan.key();
      ByteView than = other.scan.key();
      return Arrays.compareUnsigned(
              key.array(),
              key.offset(),
              key.offset() + key.length(),
              than.array(),
              than.offset(),
              than.offset() + than.length())
          < 0;
    }
  }

  @Override
  public boolean seek(byte[] from) {
    sources.forEach(source -> source.seek(from));
    return toLeastKey();
  }

  @Override
  public boolean next() {
    here.there = here.scan.next();
    return toLeastKey();
  }

  /** Stands at the source with the least key; false if all are at their ends. */
  private boolean toLeastKey() {
    here = null;
    for (Source source : sources) {
      if (source.there && (here == null || source.isBefore(here))) {
        here = source;
      }
    }
    return here != null;
  }

  @Override
  public ByteView key() {
    return here.scan.key();
  }

  @Override
  public ByteView value() {
    return converted(stored());
  }

  @Override
  public ByteView stored() {
    return here.scan.value();
  }

  @Override
  public ByteView converted(ByteView left) {
    return here.conversion == null ? left : here.conversion.convert(key(), left, converted);
  }

  @Override
  public void close() {
    sources.forEach(source -> source.scan.close());
  }
}
