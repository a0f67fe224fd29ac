/** What a record is: ODCS data contracts, and the function that parses and judges by one. */
package io.github.millrace.contract;
