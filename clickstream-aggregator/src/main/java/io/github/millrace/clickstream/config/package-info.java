/** The keys of the clickstream pipeline. */
package io.github.millrace.clickstream.config;
