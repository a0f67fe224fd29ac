/** What every package below may use: how a run ends. */
package io.github.millrace;
