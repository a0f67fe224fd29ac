/** The keys of the commands. */
package io.github.millrace.viewlog.config;
