/** Where generators write: directories that a consumer may already be watching. */
package io.github.millrace.datagen.output;
