/** What is measured, and where to: an interface that users bind to a library of metrics. */
package io.streambed.meter;
