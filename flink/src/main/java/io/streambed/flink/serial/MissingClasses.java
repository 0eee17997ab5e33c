package io.streambed.flink.serial;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeutils.base.EnumSerializer.EnumSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;

/**
 * Stands in for classes that are gone from the job's class path with empty ones of the same names.
 *
 * <p>Flink's serializer snapshots begin with the name of their class, are as long as that class
 * reads, and name the job's types inside. So a snapshot whose type is gone can only be passed over
 * by reading it as if the type were there, and can only be written again by an object whose class
 * has the name. Nothing is ever made of these classes but such objects.
 */
final class MissingClasses extends ClassLoader {
  private static final int MAGIC = 0xCAFEBABE;
  private static final int JAVA_8 = 52;
  private static final int PUBLIC = 1;
  private static final int PUBLIC_CLASS = 0x21;

  private MissingClasses(ClassLoader present) {
    super(present);
  }

  /**
   * The classes that are there, and an empty one in place of each that is not: for passing over
   * snapshots, and nothing else.
   *
   * @param present the job's class loader
   */
  static ClassLoader beside(ClassLoader present) {
    return new MissingClasses(present);
  }

  /**
   * An object of a class of some name, whether there is another class of this name or not.
   *
   * @param name the name
   * @param parent the class that the object's class extends; public, with a constructor without
   *     parameters that subclasses may call
   * @throws LinkageError if there cannot be a class of this name
   */
  static <T> T named(String name, Class<T> parent) {
    MissingClasses loader = new MissingClasses(parent.getClassLoader());
    try {
      return parent.cast(loader.define(name, parent).getConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no object of class " + name, e);
    }
  }

  /** Flink's snapshot of an enum looks its constants up; this one passes over their names. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.equals(PassedEnum.class.getName())) {
      return PassedEnum.class;
    }
    if (!name.equals(EnumSerializerSnapshot.class.getName())) {
      return super.loadClass(name, resolve);
    }
    Class<?> defined = findLoadedClass(name);
    return defined != null ? defined : define(name, PassedEnum.class);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try {
      return define(name, Object.class);
    } catch (LinkageError | SecurityException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private Class<?> define(String name, Class<?> parent) {
    byte[] file = classFile(name.replace('.', '/'), parent.getName().replace('.', '/'));
    return defineClass(name, file, 0, file.length);
  }

  /** The class file of {@code public class name extends parent}, with its default constructor. */
  private static byte[] classFile(String name, String parent) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(JAVA_8);
      out.writeShort(10);
      text(out, name); // 1
      out.write(new byte[] {7, 0, 1}); // 2: class 1
      text(out, parent); // 3
      out.write(new byte[] {7, 0, 3}); // 4: class 3
      text(out, "<init>"); // 5
      text(out, "()V"); // 6
      out.write(new byte[] {12, 0, 5, 0, 6}); // 7: name 5, type 6
      out.write(new byte[] {10, 0, 4, 0, 7}); // 8: method 7 of class 4
      text(out, "Code"); // 9
      out.writeShort(PUBLIC_CLASS);
      out.writeShort(2);
      out.writeShort(4);
      out.writeInt(0); // no interfaces, no fields
      out.writeShort(1);
      out.writeShort(PUBLIC);
      out.writeShort(5);
      out.writeShort(6);
      out.writeShort(1);
      out.writeShort(9);
      out.writeInt(17);
      out.writeInt(1 << 16 | 1); // one on the stack, one local
      out.writeInt(5);
      out.write(new byte[] {0x2A, (byte) 0xB7, 0, 8, (byte) 0xB1}); // super(); return
      out.writeInt(0);
      out.writeShort(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link EnumSerializerSnapshot} writes. Public for Flink, which makes it. */
  public abstract static class PassedEnum extends KeptSnapshot {
    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classes)
        throws IOException {
      in.readUTF();
      for (int rest = in.readInt(); rest > 0; rest--) {
        in.readUTF();
      }
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    out.writeByte(1);
    out.writeUTF(text);
  }
}
