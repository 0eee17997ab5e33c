package shop;

import io.streambed.job.Job;
import io.streambed.runtime.Streambed;

/** Classes that give no job, each for another reason. */
class Needed {}

class Nothing {}

class Needing {
  public static Job job() {
    new Needed();
    return null;
  }
}

class Failing {
  static final int ZERO = Integer.parseInt("zero");

  public static Job job() {
    return null;
  }
}

class Throwing {
  public static Job job() {
    throw new IllegalStateException("no such table");
  }
}

class Declaring {
  public static Job job() {
    return Streambed.job("").build();
  }
}

class Null {
  public static Job job() {
    return null;
  }
}

class Later {
  public static Job job() {
    return null;
  }
}

class Starting {
  public static Job job() {
    Surroundings.leaveThread("left-by-the-job");
    return Upgraded.job();
  }
}

class FailingAgain {
  public static Job job() {
    try {
      Failing.job();
    } catch (ExceptionInInitializerError e) {
      // The code goes on, and fails where it uses the class again.
    }
    return Failing.job();
  }
}

class NeedingInSerializer {
  public static Job job() {
    return Surroundings.serializing(Needed::new);
  }
}
