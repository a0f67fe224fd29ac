/** The command line of the input generators: one subcommand per pipeline's input. */
package io.github.millrace.datagen;
