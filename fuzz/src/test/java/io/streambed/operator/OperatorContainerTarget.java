package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.error.StreambedException;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.fuzz.FramedFile;
import io.streambed.fuzz.FuzzTarget;
import io.streambed.fuzz.SampleFiles;
import io.streambed.fuzz.Trial;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.StreamHandle;
import io.streambed.testkit.damage.SampleJob;
import io.streambed.testkit.store.MemoryStreams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;

/** Containers of operator state: every element, and what sinks keep beside the state. */
public final class OperatorContainerTarget implements FuzzTarget {
  private static final String NAME = "/fuzzed/operator-0.data";
  private static final String ATTACHMENT = "attached";
  private static final UUID ID = new UUID(0x5EED, 12);

  @Override
  public List<byte[]> seeds() throws IOException {
    return List.of(
        attachment(), SampleFiles.content(SampleJob.SOURCE, OperatorFormat.FORMAT, 30).toInput());
  }

  private static byte[] attachment() throws IOException {
    MemoryStreams streams = new MemoryStreams();
    byte[] content = {1, 2, 3, 4, 5};
    var attached =
        new Attachments.Attachment(ATTACHMENT, content.length, new ByteArrayInputStream(content));
    RunnableFuture<OperatorStateHandle> writing =
        Attachments.snapshot(
            List.of(attached), streams, SnapshotOptions.checkpoint(Compression.NONE));
    writing.run();
    try (FileInput in = streams.open(writing.get().data())) {
      byte[] file = new byte[(int) in.length()];
      in.readFully(0, file, 0, file.length);
      return FramedFile.ofFile(file, OperatorFormat.FORMAT).toInput();
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void run(byte[] input) throws IOException {
    FramedFile content = FramedFile.of(input);
    byte[] file = content.write(OperatorFormat.FORMAT, ID);
    SnapshotInputs inputs = stream -> FileInput.of(NAME, file);
    OperatorStateHandle handle =
        new OperatorStateHandle(
            parts(content.footer()), new StreamHandle.InFile(ID, 0, "o", file.length));
    Trial.naming(
        NAME,
        () -> {
          try (OperatorContainerReader reader = OperatorContainerReader.open(handle, inputs)) {
            reader.forEach((schema, index, element) -> decode(schema, element));
          }
          for (OperatorStateHandle.Part part : handle.states()) {
            var slice = new OperatorStateSlice(handle, part.name(), 0, part.elements());
            Attachments.copy(List.of(slice), part.name(), inputs, OutputStream.nullOutputStream());
          }
        });
  }

  /** What an honest handle says of these rows. */
  private static List<OperatorStateHandle.Part> parts(byte[] footer) {
    try {
      return OperatorFormat.parts(OperatorFormat.readFooter(new ByteReader(footer)));
    } catch (StreambedException e) {
      return List.of();
    }
  }

  private static void decode(OperatorStateSchema schema, ByteView element) {
    try {
      Serializers.fromSnapshot(schema.value())
          .ifPresent(reader -> reader.read(new ByteReader().set(element)));
    } catch (StreambedException e) {
      // Whoever reads elements names the state; here the next element is read.
    }
  }
}
