/** What the packages below share: how a run ends. */
package io.github.millrace;
