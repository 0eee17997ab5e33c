package io.streambed.rocksdb;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.ConfigOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksObject;

/**
 * Options of RocksDB by their names, told apart: those of the database, of column families and of
 * table files. RocksDB itself reads the values of the first two.
 */
final class NamedOptions {
  private final Map<String, String> database = new TreeMap<>();
  private final Map<String, String> columns = new TreeMap<>();
  private final Map<String, String> tables = new TreeMap<>();

  /**
   * Sorts and checks options.
   *
   * @throws IllegalArgumentException if a name is unknown or the store's own, or a value does not
   *     fit
   */
  NamedOptions(Map<String, String> options) {
    options.forEach(this::add);
  }

  private void add(String name, String value) {
    OptionRules.check(name, value);
    Map<String, String> one = Map.of(name, value);
    if (accepts(one, NamedOptions::readColumns)) {
      columns.put(name, value);
    } else if (accepts(one, NamedOptions::readDatabase)) {
      database.put(name, value);
    } else if (setter(name) != null) {
      tables.put(name, value);
      apply(new BlockBasedTableConfig());
    } else if (known().contains(name)) {
      throw OptionRules.badValue(name, value, "it does not fit", null);
    } else {
      throw new IllegalArgumentException(
          "RocksDB has no option \"" + name + "\"; the nearest is \"" + nearest(name) + "\"");
    }
  }

  private static boolean accepts(
      Map<String, String> options, Function<Map<String, String>, ? extends RocksObject> reader) {
    try (RocksObject read = reader.apply(options)) {
      return read != null;
    }
  }

  /** Options of the database with what was named. */
  DBOptions database() {
    return database.isEmpty() ? new DBOptions() : readDatabase(database);
  }

  /** Options of column families with what was named. */
  ColumnFamilyOptions columns() {
    return columns.isEmpty() ? new ColumnFamilyOptions() : readColumns(columns);
  }

  private static DBOptions readDatabase(Map<String, String> options) {
    try (ConfigOptions strict = new ConfigOptions().setIgnoreUnknownOptions(false)) {
      return DBOptions.getDBOptionsFromProps(strict, properties(options));
    }
  }

  private static ColumnFamilyOptions readColumns(Map<String, String> options) {
    try (ConfigOptions strict = new ConfigOptions().setIgnoreUnknownOptions(false)) {
      return ColumnFamilyOptions.getColumnFamilyOptionsFromProps(strict, properties(options));
    }
  }

  private static Properties properties(Map<String, String> options) {
    Properties properties = new Properties();
    properties.putAll(options);
    return properties;
  }

  /** Sets what was named for table files, which RocksDB's Java part knows by setters only. */
  void apply(BlockBasedTableConfig config) {
    tables.forEach(
        (name, value) -> {
          Method setter = setter(name);
          try {
            setter.invoke(config, parse(setter.getParameterTypes()[0], value));
          } catch (IllegalArgumentException | ReflectiveOperationException e) {
            throw OptionRules.badValue(name, value, e.getMessage(), e);
          }
        });
  }

  private static Object parse(Class<?> type, String value) {
    if (type == boolean.class) {
      if (!value.equals("true") && !value.equals("false")) {
        throw new IllegalArgumentException("true or false");
      }
      return value.equals("true");
    } else if (type == int.class) {
      return Integer.valueOf(value);
    } else if (type == long.class) {
      return Long.valueOf(value);
    } else if (type == double.class) {
      return Double.valueOf(value);
    }
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.toString().equals(value))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException(Arrays.toString(type.getEnumConstants())));
  }

  private static Method setter(String name) {
    return setters(BlockBasedTableConfig.class)
        .filter(method -> optionName(method).equals(name))
        .filter(
            method ->
                method.getParameterTypes()[0].isPrimitive()
                    || method.getParameterTypes()[0].isEnum())
        .findAny()
        .orElse(null);
  }

  private static Stream<Method> setters(Class<?> type) {
    return Stream.of(type.getMethods())
        .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1);
  }

  /** {@code setBlockSize} is {@code block_size}. */
  private static String optionName(Method setter) {
    return setter
        .getName()
        .substring(3)
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  private static Set<String> known() {
    Set<String> names = new TreeSet<>();
    Stream.of(DBOptions.class, ColumnFamilyOptions.class, BlockBasedTableConfig.class)
        .flatMap(NamedOptions::setters)
        .forEach(setter -> names.add(optionName(setter)));
    return names;
  }

  private static String nearest(String name) {
    Optional<String> nearest =
        known().stream()
            .min((left, right) -> Integer.compare(distance(name, left), distance(name, right)));
    return nearest.orElse("");
  }

  /** How many characters to insert, delete or replace. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
