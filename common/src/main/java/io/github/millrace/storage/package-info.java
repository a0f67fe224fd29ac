/** File systems: the local disk, atomic renames, leases, and versions of directory layouts. */
package io.github.millrace.storage;
