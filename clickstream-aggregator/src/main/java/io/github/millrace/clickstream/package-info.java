/** The clickstream pipeline: feeds, landed by date and hour of the event. */
package io.github.millrace.clickstream;
