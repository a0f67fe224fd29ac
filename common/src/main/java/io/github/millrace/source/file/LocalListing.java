package io.github.millrace.source.file;

import io.github.millrace.record.Reason;
import io.github.millrace.source.file.FileLog.InputFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.security.AccessControlException;

/**
 * One listing of a local directory at any depth. Links are followed, but lead to a file once: what
 * lies below the directory itself counts where it lies, other files under the first link to them.
 * An entry that cannot be read is listed with its problem.
 */
final class LocalListing {
  private static final String LOOP =
      Reason.UNREADABLE.of("is a link to a directory above itself; remove it");
  private static final String NOT_UTF8 =
      Reason.UNREADABLE.of("the name is not UTF-8 (%XX stands for its bytes); rename it");

  /**
   * A directory that is listed.
   *
   * @param name as it stands in paths of files
   * @param real without links
   * @param via where the links stand that led here, without links
   */
  private record Directory(String name, Path real, List<Path> via) {
    boolean isLinked() {
      return !via.isEmpty();
    }
  }

  private record Link(Directory in, String name, Path path) {}

  private final FileLog log;
  private final DirectoryTimes times;
  private final boolean isTrusted;
  private final Directory root;

  /** The root itself, as it stands in paths of files. */
  private final String place;

  private final List<InputFile> found = new ArrayList<>();
  private List<Link> links = new ArrayList<>();

  /** Files and directories outside that links have led to. */
  private final Set<Path> reached = new HashSet<>();

  /**
   * Other names, by the place itself, of what is read under one. Earlier versions read files under
   * each of their names.
   */
  private final Map<String, List<String>> aliases = new HashMap<>();

  /**
   * Begins a listing.
   *
   * @param directory with its scheme
   * @throws FileNotFoundException if there is none
   */
  LocalListing(org.apache.hadoop.fs.Path directory, FileLog log, DirectoryTimes times)
      throws IOException {
    this.log = log;
    this.times = times;
    try {
      Path real = LocalName.file(directory.toUri().getPath()).toRealPath();
      this.root = new Directory(directory.toString(), real, List.of());
      this.place = "file:" + LocalName.ofWhole(real).text();
      this.isTrusted = DirectoryTimes.isTrusted(real);
    } catch (NoSuchFileException e) {
      throw new FileNotFoundException(e.getMessage());
    }
  }

  /** The files that are not taken up yet, and the problems that are not reported yet. */
  List<InputFile> newFiles() throws IOException {
    try {
      listChildren(root);
    } catch (NoSuchFileException e) {
      throw new FileNotFoundException(e.getMessage());
    } catch (AccessDeniedException e) {
      throw new AccessControlException(e);
    }
    while (!links.isEmpty()) {
      List<Link> next = links;
      links = new ArrayList<>();
      // Whatever order the disk gives, a file is found under the same name.
      next.sort(Comparator.comparing(Link::name));
      for (Link link : next) {
        follow(link);
      }
    }
    if (!aliases.isEmpty()) {
      found.removeIf(this::isKnownByAlias);
    }
    return found;
  }

  /** Whether an entry has a problem even if something can be opened under its name. */
  static boolean isLasting(String problem) {
    return problem.equals(LOOP)
        || problem.equals(NOT_UTF8)
        || problem.startsWith(Reason.CHANGED.toString());
  }

  private void list(Directory directory) throws IOException {
    if (directory.isLinked() && !reached.add(directory.real())) {
      alias(directory.real(), directory.name());
      return;
    }
    try {
      listChildren(directory);
    } catch (NoSuchFileException | NotDirectoryException e) {
      times.gone(directory.name());
    } catch (AccessDeniedException e) {
      add(InputFile.unread(directory.name(), FileStream.NOT_LISTED));
    }
  }

  private void listChildren(Directory directory) throws IOException {
    long modified = Files.getLastModifiedTime(directory.real()).to(TimeUnit.NANOSECONDS);
    boolean isPlain = isTrusted && !directory.isLinked();
    Optional<List<String>> unchanged =
        isPlain ? times.unchanged(directory.name(), modified) : Optional.empty();
    if (unchanged.isPresent()) {
      for (String name : unchanged.get()) {
        list(below(directory, directory.real().resolve(name), name));
      }
      return;
    }
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.real())) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    // As the log has them.
    children.sort(null);
    int before = found.size();
    List<Path> subdirectories = new ArrayList<>();
    for (Path child : children) {
      isPlain &= visit(directory, child, subdirectories);
    }
    isPlain &= found.size() == before;
    List<String> names = new ArrayList<>();
    for (Path child : subdirectories) {
      String name = LocalName.of(child).text();
      names.add(name);
      // A name that Java reads otherwise in another locale cannot be resolved again.
      isPlain &= directory.real().resolve(name).equals(child);
    }
    times.listed(directory.name(), modified, isPlain ? names : null);
    for (Path child : subdirectories) {
      list(below(directory, child, LocalName.of(child).text()));
    }
  }

  private static Directory below(Directory in, Path real, String name) {
    return new Directory(name(in, name), real, in.via());
  }

  private static String name(Directory in, String own) {
    return (in.name().endsWith("/") ? in.name() : in.name() + "/") + own;
  }

  /**
   * Looks at an entry.
   *
   * @return whether nothing of it can change without the time of the directory
   */
  private boolean visit(Directory in, Path child, List<Path> subdirectories) throws IOException {
    LocalName own = LocalName.of(child);
    if (FileStream.isHidden(own.text())) {
      return true;
    }
    String name = name(in, own.text());
    if (!own.isUtf8()) {
      add(InputFile.unread(name, NOT_UTF8));
      return false;
    }
    BasicFileAttributes attributes;
    try {
      attributes =
          Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return true; // Removed since it was found.
    } catch (AccessDeniedException e) {
      problem(name, "no permission to look at it; once there is, it is read");
      return false;
    }
    if (attributes.isSymbolicLink()) {
      links.add(new Link(in, name, child));
      return false;
    }
    if (attributes.isDirectory()) {
      subdirectories.add(child);
    } else if (!attributes.isRegularFile()) {
      problem(name, LocalInput.notAFile(attributes));
      return false;
    } else if (in.isLinked()) {
      addLinked(name, child, attributes);
    } else {
      add(file(name, attributes, place + name.substring(root.name().length())));
    }
    return true;
  }

  private void follow(Link link) throws IOException {
    Path real;
    BasicFileAttributes attributes;
    try {
      real = link.path().toRealPath();
      attributes = Files.readAttributes(real, BasicFileAttributes.class);
    } catch (AccessDeniedException e) {
      problem(link.name(), "no permission to follow the link; once there is, it is");
      return;
    } catch (FileSystemException e) {
      if (Files.isSymbolicLink(link.path())) {
        problem(link.name(), "is a link that leads to nothing; mend or remove it");
      }
      return;
    }
    if (attributes.isDirectory()) {
      followToDirectory(link, real);
    } else if (!attributes.isRegularFile()) {
      problem(link.name(), LocalInput.notAFile(attributes));
    } else if (isListed(real)) {
      alias(real, link.name());
    } else {
      addLinked(link.name(), real, attributes);
    }
  }

  private void followToDirectory(Link link, Path real) throws IOException {
    List<Path> via = new ArrayList<>(link.in().via());
    via.add(link.in().real());
    boolean isLoop = via.stream().anyMatch(above -> above.startsWith(real));
    if (isLoop) {
      add(InputFile.unread(link.name(), LOOP));
    }
    if (isLoop || isListed(real)) {
      alias(real, link.name());
    } else {
      list(new Directory(link.name(), real, via));
    }
  }

  /** Whether it is found without any link. */
  private boolean isListed(Path real) {
    if (!real.startsWith(root.real())) {
      return false;
    }
    for (Path name : root.real().relativize(real)) {
      if (FileStream.isHidden(name.toString())) {
        return false;
      }
    }
    return true;
  }

  private void addLinked(String name, Path real, BasicFileAttributes attributes) {
    if (reached.add(real)) {
      add(file(name, attributes, place(real)));
    } else {
      alias(real, name);
    }
  }

  private static InputFile file(String name, BasicFileAttributes attributes, String real) {
    return new InputFile(
        real, attributes.size(), attributes.lastModifiedTime().toMillis(), null, null, 0, name);
  }

  private void problem(String name, String detail) {
    add(InputFile.unread(name, Reason.UNREADABLE.of(detail)));
  }

  private void add(InputFile file) {
    FileStream.news(file, log).ifPresent(found::add);
  }

  private void alias(Path real, String name) {
    aliases.computeIfAbsent(place(real), place -> new ArrayList<>()).add(name);
  }

  private static String place(Path real) {
    return "file:" + LocalName.ofWhole(real).text();
  }

  private boolean isKnownByAlias(InputFile file) {
    if (file.problem() != null) {
      return false;
    }
    String path = file.path();
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      String rest = path.substring(end);
      for (String alias : aliases.getOrDefault(path.substring(0, end), List.of())) {
        if (log.knowsSpelled(alias + rest)) {
          return true;
        }
      }
    }
    return false;
  }
}
