package io.streambed.runtime;

import java.util.List;

/** Elements, watermarks and at its end perhaps a barrier, that came on one channel. */
record Batch(int channel, List<Object> items) {}
