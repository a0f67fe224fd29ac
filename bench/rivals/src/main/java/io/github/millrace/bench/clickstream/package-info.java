/** What a user would run in place of {@code clickstream-aggregator land}. */
package io.github.millrace.bench.clickstream;
