package io.streambed.examples.guide;

import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The lines of files that grow. A file is a split, by its name; a position is an offset in it. */
record LogSource(Path directory, List<String> splits) implements Source<String, Long> {
  @Override
  public Serializer<Long> positionSerializer() {
    return Serializers.longs();
  }

  @Override
  public SplitReader<String, Long> open(SplitContext<Long> context) throws IOException {
    RandomAccessFile file = new RandomAccessFile(directory.resolve(context.split()).toFile(), "r");
    return new LogReader(file, context.position().orElse(0L));
  }

  private static final class LogReader implements SplitReader<String, Long> {
    private final RandomAccessFile file;
    private long offset; // behind the line
    private String line;

    LogReader(RandomAccessFile file, long offset) {
      this.file = file;
      this.offset = offset;
    }

    @Override
    public Poll poll() throws IOException {
      file.seek(offset);
      String bytes = file.readLine();
      if (bytes == null || !endsWithLineFeed()) {
        return Poll.IDLE; // asked again within 10 ms; a source with an end says END there
      }
      line = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      offset = file.getFilePointer();
      return Poll.ELEMENT;
    }

    private boolean endsWithLineFeed() throws IOException {
      file.seek(file.getFilePointer() - 1);
      return file.read() == '\n';
    }

    @Override
    public String element() {
      return line;
    }

    @Override
    public Long position() {
      return offset;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
