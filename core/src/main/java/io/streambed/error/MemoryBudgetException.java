package io.streambed.error;

/**
 * A memory budget has less left than a store needs. The budget is unchanged: nothing of what was
 * asked for was leased.
 */
public class MemoryBudgetException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /** In bytes. */
  private final long needed;

  /**
   * A budget that is too small.
   *
   * @param what the memory is for, and whose it is
   * @param needed how much was asked for, in bytes
   * @param budget how large the budget is, how much of it is left, and who holds the rest
   * @param remedy what the user can do, with the name of the option
   */
  public MemoryBudgetException(String what, long needed, String budget, String remedy) {
    super(what + " needs " + needed + " bytes of memory: " + budget + ". " + remedy);
    this.needed = needed;
  }

  /**
   * How much was asked for.
   *
   * @return in bytes, beyond what the budget has left
   */
  public long needed() {
    return needed;
  }
}
