package io.streambed.file;

/** Bytes in memory as an input. */
record MemoryInput(String name, byte[] content) implements FileInput {
  @Override
  public long length() {
    return content.length;
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) {
    if (position >= content.length) {
      return -1;
    }
    int n = (int) Math.min(length, content.length - position);
    System.arraycopy(content, (int) position, into, offset, n);
    return n;
  }

  @Override
  public void close() {}
}
