package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import io.streambed.error.StreambedException;
import io.streambed.key.KeyContext;
import io.streambed.serial.Serializer;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A serializer with a scratch of its own and a watch over its contract, for stores: what it throws,
 * and how many bytes it reads, is reported with the state's name.
 *
 * <p>Threading: one thread at a time; the serializer is used as it is, not duplicated.
 *
 * @param <T> the type of the values
 */
public final class Codec<T> {
  /** The role of what a queue holds: told apart as a key is, and as large as a value may be. */
  public static final String QUEUE_ELEMENT = "queue element";

  private static final Set<String> LARGE = Set.of("value", "element", QUEUE_ELEMENT);
  private static final byte[] NOTHING = new byte[0];

  private final Serializer<T> serializer;
  private final String state;
  private final String role;
  private final int limitBytes;
  private Supplier<?> owner = () -> null;
  private final ByteWriter scratch = new ByteWriter();
  private final ByteReader reader = new ByteReader();

  /** Whether the next value that is encoded is tried first. */
  private boolean triesWriting;

  /** Writes what is read, where the next value that is decoded is tried first; else null. */
  private Serializer<T> triedReadsWriter;

  private boolean foundByHashCode;

  /**
   * A codec for one part of a keyed state's entries.
   *
   * @param serializer of the part
   * @param state the state's name, for messages
   * @param role what the part is, for messages: {@code key}, {@code namespace}, {@code user key},
   *     {@code value} or {@link #QUEUE_ELEMENT}; the last two may be larger than the others
   */
  public Codec(Serializer<T> serializer, String state, String role) {
    this("state \"" + state + "\"", role, serializer);
  }

  private Codec(String state, String role, Serializer<T> serializer) {
    this.serializer = serializer;
    this.state = state;
    this.role = role;
    this.limitBytes = LARGE.contains(role) ? Limits.MAX_VALUE_BYTES : Limits.MAX_KEY_BYTES;
  }

  /**
   * A codec for one part of an operator state.
   *
   * @param serializer of the part
   * @param state the state's name, for messages
   * @param role what the part is: {@code element}, {@code key} or {@code value}
   * @param <T> the type of the values
   * @return the codec
   */
  public static <T> Codec<T> ofOperatorState(Serializer<T> serializer, String state, String role) {
    return new Codec<>("operator state \"" + state + "\"", role, serializer);
  }

  /**
   * A codec of the same part for another thread.
   *
   * @return a codec over a duplicate of the serializer, that tries nothing
   */
  public Codec<T> duplicate() {
    return with(serializer.duplicate());
  }

  /**
   * A codec of the same part with another serializer.
   *
   * @param other the serializer, for instance one that reads older bytes
   * @return a codec that tries nothing
   */
  public Codec<T> with(Serializer<T> other) {
    return new Codec<>(state, role, other);
  }

  /**
   * The serializer.
   *
   * @return the one that this was made with
   */
  public Serializer<T> serializer() {
    return serializer;
  }

  /**
   * What this is a codec of, for messages.
   *
   * @return for instance {@code the value of state "totals"}
   */
  public String part() {
    return "the " + role + " of " + state;
  }

  /**
   * Names the key in errors: that under which the values of this codec are kept.
   *
   * @param key asked when something fails; may give null
   * @return this
   */
  public Codec<T> under(Supplier<?> key) {
    owner = key;
    return this;
  }

  /**
   * Lets {@link #encode} hold the serializer against its whole contract at the next value, by
   * {@link #tryOut}.
   *
   * @return this
   */
  public Codec<T> tryingFirst() {
    triesWriting = true;
    return this;
  }

  /**
   * Lets {@link #decode} check at the next value that the serializer does not read all values into
   * one object, for serializers that read what an older one wrote.
   *
   * @param writer writes what is read, by the same thread: the serializer that is in use now
   * @return this
   */
  public Codec<T> tryingFirstRead(Serializer<T> writer) {
    triedReadsWriter = writer;
    return this;
  }

  /**
   * Lets {@link #tryOut} compare hash codes too, for a store that finds values by {@link
   * Object#hashCode}.
   *
   * @return this
   */
  public Codec<T> foundByHashCode() {
    foundByHashCode = true;
    return this;
  }

  /**
   * Holds the serializer against its contract, with one value: what is checked is in the Javadoc of
   * {@link Serializer}. Cost: a handful of writes and reads of the value, with buffers of at most 8
   * MiB each, which are not kept; a value of more bytes passes untried.
   *
   * @param value the value, which stays as it is; not null
   * @throws SerializationException if the serializer breaks its contract; it names state, part and
   *     serializer, what it did, and what to do
   * @throws OversizedEntryException if the bytes are too many
   */
  public void tryOut(T value) {
    int bytes;
    try {
      bytes = new SerializerTrial<>(serializer, compared(), foundByHashCode).run(value);
    } catch (SerializerTrial.Fault e) {
      throw failure(
          "the first value of this part that the store meets breaks the contract of serializers: "
              + e.getMessage()
              + ". The serializer is "
              + name(),
          e.getCause());
    }
    if (bytes > limitBytes) {
      throw tooLarge(value, bytes);
    }
    triesWriting = false;
  }

  /** Whether entries are found by this part, and so by its bytes or by {@code equals}. */
  private boolean compared() {
    return limitBytes == Limits.MAX_KEY_BYTES || role.equals(QUEUE_ELEMENT);
  }

  /** The class of the serializer, and what it is made of: the class at fault may be a part's. */
  private String name() {
    String className = serializer.getClass().getName();
    try {
      return className + " (" + serializer.snapshot() + ")";
    } catch (RuntimeException e) {
      return className;
    }
  }

  /**
   * The check of values for stores that keep objects: the next one is tried, those after it are
   * held against the limit of their size where that costs no writing.
   *
   * @param then told of the check that values need once the first one has passed: null if none
   * @return the check of the next value
   */
  public SizeLimit<T> firstCheck(Consumer<SizeLimit<T>> then) {
    SizeLimit<T> later =
        SizeLimit.of(serializer, limitBytes, value -> with(serializer).under(owner).encode(value));
    return SizeLimit.first(this::tryOut, later, then);
  }

  /**
   * Encodes a value.
   *
   * @param value the value
   * @return its bytes, valid until the next call
   * @throws SerializationException if the serializer fails
   * @throws OversizedEntryException if the bytes are too many
   */
  public ByteView encode(T value) {
    trim();
    if (triesWriting) {
      tryOut(value);
    }
    ByteView bytes;
    try {
      bytes = serializer.encode(value, scratch);
    } catch (RuntimeException e) {
      trim();
      if (e instanceof LimitExceededException limit && limit.actual() > limitBytes) {
        // No writer holds so many bytes.
        throw tooLarge(value, limit.actual());
      }
      throw failure("its serializer failed to write: " + e, e);
    }
    if (bytes.length() > limitBytes) {
      trim();
      throw tooLarge(value, bytes.length());
    }
    return bytes;
  }

  /**
   * The bytes of a context's current key, which the context encodes once for all states. For codecs
   * of keys.
   *
   * @param context has the key, and the serializer of this
   * @return the bytes, valid until another key is current
   * @throws SerializationException if the serializer fails
   * @throws OversizedEntryException if the bytes are too many
   */
  public ByteView encodeKeyOf(KeyContext<T> context) {
    if (triesWriting) {
      tryOut(context.key());
    }
    ByteView bytes;
    try {
      bytes = context.encoded();
    } catch (StreambedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure("its serializer failed to write: " + e, e);
    }
    if (bytes.length() > limitBytes) {
      throw tooLarge(context.key(), bytes.length());
    }
    return bytes;
  }

  /**
   * Lets go of a scratch that has grown beyond a mebibyte, so that one large value does not hold
   * memory until the next one is encoded, which may be never. What was encoded last is not valid
   * any more.
   */
  public void trim() {
    scratch.trim(ByteWriter.KEPT_BYTES);
  }

  private OversizedEntryException tooLarge(T value, long bytes) {
    return limitBytes == Limits.MAX_VALUE_BYTES
        ? Limits.valueTooLarge(
            (role.equals("element") ? "an " : "a ") + role, owner.get(), bytes, state)
        : Limits.keyTooLarge(role, value, bytes, state);
  }

  /**
   * Decodes a value.
   *
   * @param bytes exactly those of one value
   * @return the value; null only if the serializer is a {@link Serializer#bridge}
   * @throws SerializationException if the serializer fails, does not read all of the bytes, or
   *     reads null
   */
  public T decode(ByteView bytes) {
    T value = read(bytes);
    if (triedReadsWriter != null) {
      Serializer<T> writer = triedReadsWriter;
      triedReadsWriter = null;
      if (value != null
          && value == read(bytes)
          && SharedObjects.isReused(value, serializer, writer, bytes.toByteArray())) {
        throw failure(
            "its serializer "
                + name()
                + " reads all values into one object: let it make a new one at each call",
            null);
      }
    }
    return value;
  }

  private T read(ByteView bytes) {
    T value;
    reader.set(bytes);
    try {
      value = serializer.read(reader);
    } catch (RuntimeException e) {
      throw failure("its serializer failed to read " + bytes.length() + " bytes: " + e, e);
    }
    int left = reader.remaining();
    reader.set(NOTHING, 0, 0);
    if (left != 0) {
      throw failure(
          "its serializer read "
              + (bytes.length() - left)
              + " of the "
              + bytes.length()
              + " bytes that were written",
          null);
    }
    if (value == null && !serializer.bridge()) {
      throw failure("its serializer read null", null);
    }
    return value;
  }

  /**
   * Copies a value.
   *
   * @param value the value
   * @return what the serializer gives
   * @throws SerializationException if the serializer fails
   */
  public T copy(T value) {
    try {
      return serializer.copy(value);
    } catch (RuntimeException e) {
      throw failure("its serializer failed to copy: " + e, e);
    }
  }

  private SerializationException failure(String detail, Throwable cause) {
    Object key = owner.get();
    return new SerializationException(
        part() + (key == null ? "" : " under key " + Limits.shown(key)), detail, cause);
  }
}
