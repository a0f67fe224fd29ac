/** The truth file: what a consumer that loses nothing must arrive at, for all and for each. */
package io.github.millrace.datagen.truth;
