/** Where generators write: a directory that a consumer may already be watching, or a topic. */
package io.github.millrace.datagen.output;
