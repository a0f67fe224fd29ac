/** The sink: one unit's rows routed, staged, and made visible once or not at all. */
package io.github.millrace.publish;
