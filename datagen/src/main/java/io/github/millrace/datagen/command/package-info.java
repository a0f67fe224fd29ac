/** What the command lines of generators share. */
package io.github.millrace.datagen.command;
