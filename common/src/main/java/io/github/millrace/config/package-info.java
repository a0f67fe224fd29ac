/** Job configuration: YAML and overrides bound to records, every problem reported at once. */
package io.github.millrace.config;
