/** Who may write where: one living holder for each part of an output. */
package io.github.millrace.storage;
