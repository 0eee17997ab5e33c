package io.streambed.rocksdb;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
  private static final String TABLES = "block_based_table_factory";

  /**
   * Values of which each option takes one, unless it takes a word only; the last is for the one
   * option of table files that is made of parts.
   */
  private static final List<String> PROBES =
      List.of("1", "true", "0", "nullptr", "{}", "{top_level_index_pinning=kNone}");

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
    } else if (isKnown(name)) {
      throw OptionRules.badValue(name, value, fitting(name), null);
    } else if (acceptsSome(probe -> accepts(TABLES, "{" + name + "=" + probe + "}"))) {
      throw new IllegalArgumentException(
          "RocksDB's option \"" + name + "\" is not to be chosen: its Java part cannot set it");
    } else {
      throw new IllegalArgumentException(
          "RocksDB has no option \""
              + name
              + "\""
              + OptionNames.nearest(name, names())
                  .filter(near -> setter(near) != null || isKnown(near))
                  .findFirst()
                  .map(nearest -> "; the nearest is \"" + nearest + "\"")
                  .orElse(" nor one with a name like it"));
    }
  }

  /**
   * Whether RocksDB has an option of this name, of the database or of column families. RocksDB has
   * no list of its options, so we try values until it takes one.
   */
  static boolean isKnown(String name) {
    return OptionRules.COMPOUND.contains(name) || acceptsSome(probe -> accepts(name, probe));
  }

  private static boolean acceptsSome(Predicate<String> reader) {
    return Stream.concat(PROBES.stream(), OptionNames.WORDS.stream()).anyMatch(reader);
  }

  /** Names of options, as far as RocksDB's Java part has setters that are called like them. */
  private static Stream<String> names() {
    return Stream.concat(
        Stream.of(DBOptions.class, ColumnFamilyOptions.class)
            .flatMap(options -> Stream.of(options.getMethods()))
            .filter(method -> method.getName().startsWith("set"))
            .map(OptionNames::ofSetter)
            .filter(OptionRules::mayChoose),
        ofTables());
  }

  private static boolean accepts(String name, String value) {
    Map<String, String> one = Map.of(name, value);
    return accepts(one, NamedOptions::readColumns) || accepts(one, NamedOptions::readDatabase);
  }

  /** What values an option of the database or of column families has. */
  private static String fitting(String name) {
    List<String> words =
        OptionNames.WORDS.stream()
            .filter(word -> accepts(name, word) && OptionRules.hasMeaning(name, word))
            .sorted()
            .toList();
    if (!words.isEmpty()) {
      return "it is one of " + String.join(", ", words);
    }
    if (accepts(name, "true")) {
      return "it is true or false";
    }
    return accepts(name, "1") ? "it is a number" : "RocksDB does not take it";
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
        throw new IllegalArgumentException("it is true or false");
      }
      return value.equals("true");
    } else if (type.isPrimitive()) {
      return number(type, value);
    }
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.toString().equals(value))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Stream.of(type.getEnumConstants())
                        .map(Object::toString)
                        .collect(Collectors.joining(", ", "it is one of ", ""))));
  }

  private static Object number(Class<?> type, String value) {
    try {
      if (type == int.class) {
        return Integer.valueOf(value);
      }
      return type == long.class ? (Object) Long.valueOf(value) : (Object) Double.valueOf(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          type == double.class
              ? "it is a number"
              : "it is a whole number below 2^" + (type == int.class ? 31 : 63),
          e);
    }
  }

  private static Method setter(String name) {
    return setters()
        .filter(method -> OptionNames.ofSetter(method).equals(name))
        .findAny()
        .orElse(null);
  }

  private static Stream<Method> setters() {
    return Stream.of(BlockBasedTableConfig.class.getMethods())
        .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
        .filter(
            method ->
                method.getParameterTypes()[0].isPrimitive()
                    || method.getParameterTypes()[0].isEnum());
  }

  /** Options of table files that may be chosen. */
  static Stream<String> ofTables() {
    return setters().map(OptionNames::ofSetter).filter(OptionRules::mayChoose);
  }
}
