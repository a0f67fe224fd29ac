/** From messages to the parts of reports: validation, campaigns, duplicates. */
package io.github.millrace.viewlog.view;
