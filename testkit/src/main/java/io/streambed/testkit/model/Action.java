package io.streambed.testkit.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/** What one step does; the weight says how often, compared with the others. */
enum Action {
  VALUE_UPDATE(100),
  VALUE_CLEAR(30),
  VALUE_READ(60),
  VALUE_CHANGE(60),
  VALUE_SPOIL(30),
  VALUE_MANY(8),
  VALUE_ALL_KEYS(6),
  LIST_ADD(80),
  LIST_ADD_ALL(20),
  LIST_UPDATE(20),
  LIST_CLEAR(10),
  LIST_READ(40),
  LIST_MERGE(20),
  MAP_PUT(100),
  MAP_PUT_NULL(20),
  MAP_REMOVE(60),
  MAP_READ(60),
  MAP_CHANGE(50),
  MAP_PUT_ALL(10),
  MAP_WALK(15),
  MAP_CLEAR(8),
  REDUCE_ADD(80),
  REDUCE_READ(30),
  REDUCE_CLEAR(10),
  REDUCE_MERGE(20),
  AGGREGATE_ADD(80),
  AGGREGATE_READ(30),
  AGGREGATE_CLEAR(10),
  AGGREGATE_MERGE(20),
  EVENT_TIMER_REGISTER(80),
  EVENT_TIMER_DELETE(40),
  PROCESSING_TIMER_REGISTER(40),
  PROCESSING_TIMER_DELETE(20),
  WATERMARK(10),
  PROCESSING_TIME(10),
  COMPARE(4),
  SNAPSHOT(5),
  SNAPSHOT_WRITE(3),
  SNAPSHOT_FINISH(3),
  SNAPSHOT_CANCEL(2),
  RESTORE(4),
  LOOK(20),
  VIEW_OPEN(3),
  VIEW_LOOK(25),
  VIEW_CLOSE(2);

  private static final Action[] BY_CHANCE = byChance(EnumSet.allOf(Action.class));
  private static final Action[] OF_SNAPSHOTS = byChance(EnumSet.range(SNAPSHOT, SNAPSHOT_CANCEL));

  private final int weight;

  Action(int weight) {
    this.weight = weight;
  }

  private static Action[] byChance(Set<Action> actions) {
    return actions.stream()
        .flatMap(action -> Collections.nCopies(action.weight, action).stream())
        .toArray(Action[]::new);
  }

  static Action any(SplittableRandom random) {
    return BY_CHANCE[random.nextInt(BY_CHANCE.length)];
  }

  static Action ofSnapshots(SplittableRandom random) {
    return OF_SNAPSHOTS[random.nextInt(OF_SNAPSHOTS.length)];
  }
}
