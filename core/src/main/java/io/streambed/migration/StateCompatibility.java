package io.streambed.migration;

import io.streambed.entry.StateRenames;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What becomes of one state in a restore.
 *
 * @param name its name: the present one if the job declares it
 * @param formerName the name under which the checkpoint holds it, if that is another one, else null
 * @param kind its kind: the declared one if the job declares it
 * @param verdict what becomes of it
 * @param written the types of what was written, those of several subtasks joined if they differ;
 *     null of a new state
 * @param declared the types of what the job declares; null of an unclaimed state
 * @param problem why it cannot be restored; null if it can
 */
public record StateCompatibility(
    String name,
    String formerName,
    StateKind kind,
    Verdict verdict,
    String written,
    String declared,
    Incompatibility problem) {

  /** What becomes of a state, from the least change to none at all. */
  public enum Verdict {
    /** Its bytes are taken over, and its declaration is the written one. */
    AS_IS,

    /**
     * Its bytes mean the same, and what is kept with them changes: timestamps come or go with a
     * time to live, or a serializer's configuration is another one.
     */
    RECONFIGURED,

    /** Its entries are read by the older types and written by the present ones. */
    MIGRATED,

    /** It is not in the checkpoint, and begins empty. */
    NEW,

    /** It is in the checkpoint and the job does not declare it: it is carried along. */
    UNCLAIMED,

    /**
     * It is not in the checkpoint, but a state is that nobody claims and whose kind and types fit:
     * the job has to say whether it is that one.
     */
    AMBIGUOUS,

    /** It cannot be taken over. */
    INCOMPATIBLE
  }

  /** Checks the parts. */
  public StateCompatibility {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(verdict, "verdict");
    boolean fails = verdict == Verdict.AMBIGUOUS || verdict == Verdict.INCOMPATIBLE;
    if (fails != (problem != null)) {
      throw new IllegalArgumentException(verdict + " with problem " + problem);
    }
  }

  /**
   * Judges a state that the checkpoint holds and the job declares.
   *
   * @param declared what the job declares
   * @param written what the checkpoint holds of it, at least one: subtasks may have written it
   *     under several declarations
   * @return what becomes of it
   */
  static StateCompatibility of(DeclaredState declared, List<WrittenState> written) {
    Answer worst = new Answer(Verdict.AS_IS, null);
    for (WrittenState each : written) {
      Answer answer = answer(declared, each);
      if (answer.verdict.compareTo(worst.verdict) > 0) {
        worst = answer;
      }
    }
    String writtenName = written.get(0).name();
    return new StateCompatibility(
        declared.name(),
        writtenName.equals(declared.name()) ? null : writtenName,
        declared.kind(),
        worst.verdict,
        types(written),
        declared.types(),
        worst.problem);
  }

  private record Answer(Verdict verdict, Incompatibility problem) {}

  private static Answer answer(DeclaredState declared, WrittenState written) {
    String subject = declared.wording().subject();
    Incompatibility misfit =
        Takeover.kind(subject, written.kind(), declared.kind())
            // A backend always knows since when entries without a timestamp are there.
            .or(() -> Takeover.expiry(subject, written.expiry(), declared.expiry(), true))
            .orElse(null);
    if (misfit != null) {
      return new Answer(Verdict.INCOMPATIBLE, misfit);
    }
    Verdict verdict = written.expiry() == declared.expiry() ? Verdict.AS_IS : Verdict.RECONFIGURED;
    for (DeclaredState.Part part : declared.parts()) {
      Answer answer = answer(declared, part, written.parts().get(part.role()));
      if (answer.problem != null) {
        return answer;
      }
      verdict = answer.verdict.compareTo(verdict) > 0 ? answer.verdict : verdict;
    }
    return new Answer(verdict, null);
  }

  private static Answer answer(
      DeclaredState declared, DeclaredState.Part part, SerializerSnapshot written) {
    PartCompatibility<?> fit =
        PartCompatibility.of(
            "the " + part.role() + " of " + declared.wording().subject(),
            part.serializer(),
            written,
            Takeover.identifies(declared.kind(), part.role()),
            declared.wording().wayOut());
    if (fit.problem() != null) {
      return new Answer(Verdict.INCOMPATIBLE, fit.problem());
    }
    if (fit.reader() != part.serializer()) {
      return new Answer(Verdict.MIGRATED, null);
    }
    boolean same = part.serializer().snapshot().equals(written);
    return new Answer(same ? Verdict.AS_IS : Verdict.RECONFIGURED, null);
  }

  /** A state that the checkpoint holds under several of its names. */
  static StateCompatibility ofSeveralNames(DeclaredState declared, List<WrittenState> written) {
    String names =
        written.stream()
            .map(each -> "\"" + each.name() + "\"")
            .distinct()
            .collect(Collectors.joining(" and "));
    return new StateCompatibility(
        declared.name(),
        null,
        declared.kind(),
        Verdict.INCOMPATIBLE,
        types(written),
        declared.types(),
        new Incompatibility(
            declared.wording().subject(),
            "states " + names + ", each its present name or a former one",
            "one state",
            StateRenames.SEVERAL_NAMES_REMEDY));
  }

  /** A state that the checkpoint does not hold. */
  static StateCompatibility ofNew(DeclaredState declared) {
    return new StateCompatibility(
        declared.name(), null, declared.kind(), Verdict.NEW, null, declared.types(), null);
  }

  /** A state that the job does not declare. */
  static StateCompatibility ofUnclaimed(List<WrittenState> written) {
    WrittenState first = written.get(0);
    return new StateCompatibility(
        first.name(), null, first.kind(), Verdict.UNCLAIMED, types(written), null, null);
  }

  /**
   * A state that the checkpoint does not hold, and that may be one of those that it holds.
   *
   * @param operatorId whose state it is
   * @param candidates the names of those states
   */
  static StateCompatibility ofAmbiguous(
      DeclaredState declared, String operatorId, List<String> candidates) {
    String names = "\"" + String.join("\", \"", candidates) + "\"";
    return new StateCompatibility(
        declared.name(),
        null,
        declared.kind(),
        Verdict.AMBIGUOUS,
        null,
        declared.types(),
        new Incompatibility(
            declared.wording().subject(),
            (candidates.size() == 1 ? "state " : "states ")
                + names
                + ", which the job does not declare and whose type fits",
            "this state, which the checkpoint does not hold",
            "If it was renamed, give its descriptor its former name: withFormerNames("
                + (candidates.size() == 1
                    ? names + ")"
                    : "...) with the one of these that it was, and no other")
                + ". If it is new, say so: RunOptions.withNewStates(\""
                + operatorId
                + "/"
                + declared.name()
                + "\"), or --new-state on the command line; the other "
                + (candidates.size() == 1 ? "state is" : "states are")
                + " carried along then."));
  }

  /** The same, its problem told of whose state it is. */
  StateCompatibility of(String owner) {
    return new StateCompatibility(
        name,
        formerName,
        kind,
        verdict,
        written,
        declared,
        problem == null ? null : problem.of(owner));
  }

  private static String types(List<WrittenState> written) {
    return written.stream()
        .map(WrittenState::types)
        .distinct()
        .collect(Collectors.joining(" and "));
  }
}
