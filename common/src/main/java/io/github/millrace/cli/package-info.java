/** The command line: options, exit codes, and the commands that every job has. */
package io.github.millrace.cli;
