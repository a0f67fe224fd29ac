/** Totals by tumbling windows of event time, kept open in a stream's checkpoint. */
package io.github.millrace.window;
