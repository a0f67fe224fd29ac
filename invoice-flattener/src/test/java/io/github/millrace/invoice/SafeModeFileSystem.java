package io.github.millrace.invoice;

import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * An HDFS whose NameNode goes into safe mode before the rename to a path that the expression {@code
 * safemode.before} finds: at that very step, not near it.
 */
public final class SafeModeFileSystem extends DistributedFileSystem {

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (Pattern.compile(getConf().get("safemode.before")).matcher(to.toString()).find()) {
      setSafeMode(SafeModeAction.ENTER);
    }
    return super.rename(from, to);
  }
}
