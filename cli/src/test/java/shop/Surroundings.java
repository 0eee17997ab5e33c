package shop;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueStateDescriptor;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.xml.parsers.SAXParserFactory;

/** Jobs whose code looks at what is around it, or does something once the job is declared. */
class Surroundings {
  private Surroundings() {}

  /** A job that has a serializer which runs this when it is used after the job was built. */
  static Job serializing(Runnable code) {
    AtomicBoolean built = new AtomicBoolean();
    Calling calling =
        new Calling(
            () -> {
              if (built.get()) {
                code.run();
              }
            });
    JobBuilder job = Streambed.job("shop");
    job.source("orders", ListSource.of("tea"))
        .keyBy(word -> word)
        .process(
            "totals",
            context -> {
              context.state(new ValueStateDescriptor<>("name", calling));
              return (word, timestampMillis) -> {};
            })
        .sink("results", new CollectingSink<>());
    Job declared = job.build();
    built.set(true);
    return declared;
  }

  /** A serializer of the job's own, which runs something when it is used for another thread. */
  private record Calling(Runnable code) implements Serializer<String> {
    @Override
    public void write(String value, ByteWriter out) {
      Serializers.strings().write(value, out);
    }

    @Override
    public String read(ByteReader in) {
      return Serializers.strings().read(in);
    }

    @Override
    public String copy(String value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<String> duplicate() {
      code.run();
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return Serializers.strings().snapshot();
    }
  }

  static void leaveThread(String name) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                // It ends.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}

class Parsing {
  public static Job job() {
    SAXParserFactory.newInstance();
    return Upgraded.job();
  }
}

class Looking {
  public static Job job() throws IOException {
    ClassLoader loader = Looking.class.getClassLoader();
    try {
      loader.loadClass("picocli.CommandLine");
      throw new IllegalStateException("the command's libraries can be seen");
    } catch (ClassNotFoundException e) {
      // As it should be.
    }
    String providers = "META-INF/services/tools.jackson.core.TokenStreamFactory";
    if (loader.getResource(providers) != null || loader.getResources(providers).hasMoreElements()) {
      throw new IllegalStateException("the command's resources can be seen");
    }
    if (loader.getResource("META-INF/services/io.streambed.file.Compression") == null) {
      throw new IllegalStateException("Streambed's resources cannot be seen");
    }
    return Upgraded.job();
  }
}

class StartingInSerializer {
  public static Job job() {
    return Surroundings.serializing(
        () -> {
          if (Thread.currentThread().getContextClassLoader()
              != StartingInSerializer.class.getClassLoader()) {
            throw new IllegalStateException("another class loader");
          }
          Surroundings.leaveThread("left-by-a-serializer");
        });
  }
}

class FailingInSerializer {
  public static Job job() {
    return Surroundings.serializing(
        () -> {
          throw new IllegalStateException("no such rate");
        });
  }
}

class Hanging {
  public static Job job() throws InterruptedException {
    Thread.sleep(60_000);
    return Upgraded.job();
  }
}

class HangingInSerializer {
  public static Job job() {
    return Surroundings.serializing(HangingInSerializer::hang);
  }

  private static void hang() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      // It ends.
    }
  }
}

class Printing {
  public static Job job() {
    System.out.println("printed by the job");
    return Upgraded.job();
  }
}

class Exiting {
  public static Job job() {
    System.exit(0);
    return Upgraded.job();
  }
}
