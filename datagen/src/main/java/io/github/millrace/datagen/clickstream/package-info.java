/** Clicks and events, as three senders write them: sales clicks, cab clicks, app logs. */
package io.github.millrace.datagen.clickstream;
