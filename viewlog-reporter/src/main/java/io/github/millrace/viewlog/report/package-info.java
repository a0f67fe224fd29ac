/** What reports are, and how they lie in files. */
package io.github.millrace.viewlog.report;
