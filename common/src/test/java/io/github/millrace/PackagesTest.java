package io.github.millrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which package may use which: no arrow runs back up the list. */
class PackagesTest {
  private static final String ROOT = "io.github.millrace";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "storage     | ",
        "ledger      | storage",
        "record      | ",
        "csv         | record",
        "config      | storage csv record",
        "contract    | record config csv",
        "source.file | record config csv storage",
        "source.kafka | record config ledger storage",
        "publish     | record ledger storage",
        "window      | publish config storage",
        "batch       | publish ledger",
        "stream      | source.file source.kafka contract publish record ledger config storage",
        "upkeep      | source.file publish ledger config storage record stream",
        "cli         | config ledger record storage"
      })
  void usesNoOtherThan(String name, String others) {
    DescribedPredicate<JavaClass> known = resideOutsideOfPackage(ROOT + "..");
    known = known.or(resideInAPackage(ROOT)).or(resideInAPackage(ROOT + "." + name));
    for (String other : others == null ? List.<String>of() : List.of(others.split(" ", -1))) {
      known = known.or(resideInAPackage(ROOT + "." + other));
    }
    ArchRuleDefinition.classes()
        .that(resideInAPackage(ROOT + "." + name))
        .should()
        .onlyDependOnClassesThat(known)
        .check(CLASSES);
  }
}
