/** What the makers of all records share: seeded randomness, JSON that can be spoilt, digits. */
package io.github.millrace.datagen.record;
