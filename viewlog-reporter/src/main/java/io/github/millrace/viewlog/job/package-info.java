/** The jobs behind the commands. */
package io.github.millrace.viewlog.job;
