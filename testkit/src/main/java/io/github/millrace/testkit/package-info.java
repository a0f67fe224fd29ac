/**
 * Real servers, a shared Spark session and a real spark-submit for tests and the demo.
 *
 * <p>Each class works with and without JUnit; see README.md of this module.
 */
package io.github.millrace.testkit;
