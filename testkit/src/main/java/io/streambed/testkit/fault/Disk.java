package io.streambed.testkit.fault;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files and directories twice: as processes see them, and as they are certain to survive a crash;
 * between both the list of changes that are not durable. What it models of POSIX:
 *
 * <ul>
 *   <li>a written sector, and a file's new length, reach the disk each on its own, in any order or
 *       never, until the file is synced: so bytes can be old, new, or zero within a new length;
 *   <li>a create, link, delete or rename reaches the disk on its own, in any order or never, until
 *       the directory (for a rename the target's) is synced; a rename reaches it as a whole;
 *   <li>the sync of a file says nothing of its name, that of a directory nothing of its files;
 *   <li>what a failed sync was to make durable, no later sync does.
 * </ul>
 */
final class Disk {
  /** An inode; equal only to itself. */
  private abstract static class Node {}

  static final class FileNode extends Node {
    private final long id;
    private byte[] bytes;
    private int length;
    private byte[] durable;
    private int durableLength;

    private FileNode(long id, byte[] content) {
      this.id = id;
      this.bytes = content;
      this.length = content.length;
      this.durable = content.clone();
      this.durableLength = content.length;
    }

    long id() {
      return id;
    }

    int length() {
      return length;
    }

    int read(long position, byte[] into, int offset, int max) {
      if (position >= length) {
        return -1;
      }
      int n = (int) Math.min(max, length - position);
      System.arraycopy(bytes, (int) position, into, offset, n);
      return n;
    }
  }

  private static final class DirectoryNode extends Node {
    private final Map<String, Node> entries = new TreeMap<>();
    private final Map<String, Node> durable = new TreeMap<>();
    private final Map<String, Long> durableSince = new HashMap<>();

    /** Makes what a name stands for durable, unless a later change of it is durable already. */
    private void persist(String name, Node node, long change) {
      if (durableSince.getOrDefault(name, -1L) > change) {
        return;
      }
      durableSince.put(name, change);
      if (node == null) {
        durable.remove(name);
      } else {
        durable.put(name, node);
      }
    }
  }

  /** A change that a sync of its owner makes durable; without an owner, none does any more. */
  private record Change(Node owner, Runnable persist) {}

  private record Place(DirectoryNode directory, String name, Path path) {
    Node node() {
      return directory.entries.get(name);
    }

    Node existing() throws NoSuchFileException {
      Node node = node();
      if (node == null) {
        throw new NoSuchFileException(path.toString());
      }
      return node;
    }
  }

  private final int sectorBytes;
  private final DirectoryNode root = new DirectoryNode();
  private final Map<Long, FileNode> created = new HashMap<>();
  private List<Change> pending = new ArrayList<>();
  private long nextId;
  private long changes;

  Disk(int sectorBytes) {
    this.sectorBytes = sectorBytes;
  }

  int pendingCount() {
    return pending.size();
  }

  /** The disk that a crash leaves: of the changes not durable, those that survive. */
  Disk settle(Survival survival) {
    for (int i = 0; i < pending.size(); i++) {
      if (survival.survives(i)) {
        pending.get(i).persist.run();
      }
    }
    return copy();
  }

  /** A disk with the durable state of this one, and all of it durable. */
  Disk copy() {
    Disk copy = new Disk(sectorBytes);
    copy.nextId = nextId;
    copyEntries(root, copy.root);
    return copy;
  }

  private static void copyEntries(DirectoryNode from, DirectoryNode to) {
    from.durable.forEach(
        (name, node) -> {
          Node copy;
          if (node instanceof FileNode file) {
            copy = new FileNode(file.id, Arrays.copyOf(file.durable, file.durableLength));
          } else {
            copy = new DirectoryNode();
            copyEntries((DirectoryNode) node, (DirectoryNode) copy);
          }
          to.entries.put(name, copy);
          to.durable.put(name, copy);
        });
  }

  // ---- what processes see

  Node lookup(Path path) {
    Node node = root;
    for (Path name : path) {
      node = node instanceof DirectoryNode parent ? parent.entries.get(name.toString()) : null;
    }
    return node;
  }

  boolean isDirectory(Path path) {
    return lookup(path) instanceof DirectoryNode;
  }

  FileNode file(Path path) throws IOException {
    if (lookup(path) instanceof FileNode file) {
      return file;
    }
    throw lookup(path) == null
        ? new NoSuchFileException(path.toString())
        : new IOException(path + ": Is a directory");
  }

  List<String> list(Path path) throws IOException {
    return List.copyOf(directory(path).entries.keySet());
  }

  private DirectoryNode directory(Path path) throws IOException {
    if (lookup(path) instanceof DirectoryNode directory) {
      return directory;
    }
    throw lookup(path) == null
        ? new NoSuchFileException(path.toString())
        : new NotDirectoryException(path.toString());
  }

  private Place place(Path path) throws IOException {
    if (path.getParent() == null) {
      throw new IOException(path + ": the root cannot be changed");
    }
    return new Place(directory(path.getParent()), path.getFileName().toString(), path);
  }

  // ---- changes; each either throws and does nothing, or is done

  FileNode create(Path path) throws IOException {
    FileNode file = new FileNode(nextId, new byte[0]);
    link(path, file);
    nextId++;
    created.put(file.id, file);
    return file;
  }

  void createDirectory(Path path) throws IOException {
    link(path, new DirectoryNode());
  }

  void link(Path existing, Path path) throws IOException {
    link(path, file(existing));
  }

  private void link(Path path, Node node) throws IOException {
    Place place = place(path);
    if (place.node() != null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    DirectoryNode directory = place.directory;
    directory.entries.put(place.name, node);
    long change = changes++;
    pending.add(new Change(directory, () -> directory.persist(place.name, node, change)));
  }

  void delete(Path path) throws IOException {
    Place place = place(path);
    place.existing();
    requireEmpty(place);
    DirectoryNode directory = place.directory;
    directory.entries.remove(place.name);
    long change = changes++;
    pending.add(new Change(directory, () -> directory.persist(place.name, null, change)));
  }

  void rename(Path source, Path target) throws IOException {
    Place from = place(source);
    Place to = place(target);
    Node node = from.existing();
    if (node == to.node()) {
      return;
    }
    if (to.node() instanceof DirectoryNode != node instanceof DirectoryNode && to.node() != null) {
      throw new FileAlreadyExistsException(target.toString());
    }
    requireEmpty(to);
    if (target.startsWith(source)) {
      throw new IOException(source + " cannot be moved into itself");
    }
    from.directory.entries.remove(from.name);
    to.directory.entries.put(to.name, node);
    long change = changes++;
    pending.add(
        new Change(
            to.directory,
            () -> {
              from.directory.persist(from.name, null, change);
              to.directory.persist(to.name, node, change);
            }));
  }

  private static void requireEmpty(Place place) throws IOException {
    if (place.node() instanceof DirectoryNode directory && !directory.entries.isEmpty()) {
      throw new DirectoryNotEmptyException(place.path.toString());
    }
  }

  void append(long fileId, byte[] data) {
    FileNode file = created.get(fileId);
    int start = file.length;
    int end = start + data.length;
    if (end > file.bytes.length) {
      file.bytes = Arrays.copyOf(file.bytes, Math.max(end, 2 * file.bytes.length));
    }
    System.arraycopy(data, 0, file.bytes, start, data.length);
    file.length = end;
    for (int from = start / sectorBytes * sectorBytes; from < end; from += sectorBytes) {
      int at = from;
      byte[] sector = Arrays.copyOfRange(file.bytes, from, Math.min(end, from + sectorBytes));
      pending.add(new Change(file, () -> persistSector(file, at, sector)));
    }
    if (end > start) {
      pending.add(new Change(file, () -> file.durableLength = Math.max(file.durableLength, end)));
    }
  }

  private static void persistSector(FileNode file, int at, byte[] sector) {
    if (at + sector.length > file.durable.length) {
      file.durable = Arrays.copyOf(file.durable, at + sector.length);
    }
    System.arraycopy(sector, 0, file.durable, at, sector.length);
  }

  void syncFile(long fileId, boolean succeeds) {
    sync(created.get(fileId), succeeds);
  }

  void syncDirectory(Path path, boolean succeeds) throws IOException {
    sync(directory(path), succeeds);
  }

  private void sync(Node owner, boolean succeeds) {
    List<Change> left = new ArrayList<>();
    for (Change change : pending) {
      if (change.owner != owner) {
        left.add(change);
      } else if (succeeds) {
        change.persist.run();
      } else {
        left.add(new Change(null, change.persist));
      }
    }
    pending = left;
  }
}
