/** Units without a stream: own an output, complete what was cut off, publish, print. */
package io.github.millrace.batch;
