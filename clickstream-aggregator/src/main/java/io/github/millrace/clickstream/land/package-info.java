/** Landing: each record of a feed in the directory of its event's date and hour. */
package io.github.millrace.clickstream.land;
