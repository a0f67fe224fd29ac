package io.github.millrace.datagen.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DefectTest {
  @ParameterizedTest
  @EnumSource(Defect.class)
  void aStrictReaderSeesTheReasonOfTheDefect(Defect defect) throws IOException {
    int variants = defect == Defect.HUGE_STRING ? 1 : 300;
    InvoiceGenerator generator = new InvoiceGenerator(5);
    for (Shape shape : Shape.values()) {
      InvoiceJson json = new InvoiceJson(shape);
      for (int i = 0; i < variants; i++) {
        byte[] good = json.render(generator.invoice(i));
        assertThat(StrictReader.reason(good)).isEmpty();
        byte[] bad = defect.damage(good, json, new SplittableRandom(i));
        assertThat(StrictReader.reason(bad)).as("variant %d", i).contains(defect.reason());
      }
    }
  }
}
