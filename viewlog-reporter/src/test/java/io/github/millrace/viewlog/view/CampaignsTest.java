package io.github.millrace.viewlog.view;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignsTest {
  private static final String HEADER = "network_id,campaign_id,campaign_name\n";
  private static final Instant FIRST = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir private Path directory;
  private Path file;
  private final List<String> warnings = new ArrayList<>();
  private int versions;

  @BeforeEach
  void name() {
    file = directory.resolve("campaigns.csv");
  }

  @Test
  void formsThatAreRead() throws IOException {
    Map<Integer, Integer> two = Map.of(10, 1, 20, 2);
    assertThat(good(HEADER + "1,10,A\n2,20,B\n")).isEqualTo(two);
    assertThat(good(HEADER + "1,10,A\n2,20,B")).isEqualTo(two);
    assertThat(good((HEADER + "1,10,A\n2,20,B\n").replace("\n", "\r\n"))).isEqualTo(two);
    assertThat(good((HEADER + "1,10,A\n2,20,B\n").replace("\n", "\r"))).isEqualTo(two);
    assertThat(good("\uFEFF" + HEADER + "1,10,A\n2,20,B\n")).isEqualTo(two);
    assertThat(good("\n" + HEADER + "\n1,10,A\n   \n2,20,B\n\n")).isEqualTo(two);
    assertThat(good(HEADER + "1,10,A\r\n,,\r\n2,20,B\r\n , ,\"\"\r\n,,\r\n")).isEqualTo(two);
    assertThat(good(HEADER + "\"1\",\"10\",\"A, with a \"\"name\"\"\"\n 2 , 20 , \"B\" \n"))
        .isEqualTo(two);
    assertThat(good("\"network_id\",\"campaign_id\",\"campaign_name\"\n1,10,\n2,20,Größe\n"))
        .isEqualTo(two);
  }

  @Test
  void anUnclosedQuoteSwallowsNoOtherLine() throws IOException {
    assertThat(problems(HEADER + "1,10,A\n1,20,\"B\n2,x,C\n"))
        .containsExactly(
            "line 3: campaign_name goes over the end of the line; is its quote closed?",
            "line 4: campaign_id is 'x', must be a whole number from 0 to 2147483647");
    assertThat(problems(HEADER + "1,\"10,A\n"))
        .containsExactly("line 2: campaign_id goes over the end of the line; is its quote closed?");
    assertThat(problems(HEADER + "1,10,\"A\"B\n"))
        .containsExactly(
            "line 2: has text after a closing quote; write a quote within quotes twice");
  }

  @Test
  void eachProblemIsToldWithItsLineInTheFile() throws IOException {
    assertThat(
            problems(
                HEADER
                    + "\n1,10,A\r\n\r\n2,10,B\n1,10,C\nx,20,D\n1,30\n1,-1,E\n1,99999999999,F\n1,2,G,H\n"))
        .containsExactly(
            "line 5: campaign 10 is in network 2, but in network 1 in line 3",
            "line 6: campaign 10 stands in line 3 already",
            "line 7: network_id is 'x', must be a whole number from 0 to 2147483647",
            "line 8: has 2 fields, must have 3",
            "line 9: campaign_id is '-1', must be a whole number from 0 to 2147483647",
            "line 10: campaign_id is '99999999999', must be a whole number from 0 to 2147483647",
            "line 11: has 4 fields, must have 3");
    assertThat(problems("")).containsExactly("is empty, must begin with " + HEADER.strip());
    assertThat(problems(HEADER)).containsExactly("has no campaign after its header");
    assertThat(problems("1,10,A\n"))
        .containsExactly(
            "line 1: the header is '1,10,A', must be 'network_id,campaign_id,campaign_name'");
    List<String> many = problems(HEADER + "x,y,z\n".repeat(400));
    assertThat(many).hasSize(21).last().isEqualTo("and 380 lines more");
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Files.write(file, (HEADER + "1,10,A\n1,20,Größe\n").getBytes(ISO_8859_1));
    assertThat(problems()).containsExactly("line 3: is not UTF-8; save the file in this encoding");
    Files.write(file, (HEADER + "1,10,A\n").getBytes(UTF_16));
    assertThat(problems()).containsExactly("looks like UTF-16; save it as CSV in UTF-8");
    Files.write(file, new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3});
    assertThat(problems()).containsExactly("looks like gzip; unpack it");
  }

  @Test
  void anotherHeaderIsToldOnce() throws IOException {
    String must = "', must be 'network_id,campaign_id,campaign_name'";
    assertThat(problems((HEADER + "1,10,A\n2,20,B\n").replace(',', ';')))
        .containsExactly("line 1: the header is 'network_id;campaign_id;campaign_name" + must);
    assertThat(problems("sep=,\n" + HEADER + "1,10,A\n"))
        .containsExactly("line 1: the header is 'sep=," + must);
    assertThat(problems("campaign_id,network_id,campaign_name\n10,1,A\nx,y,z\n"))
        .containsExactly("line 1: the header is 'campaign_id,network_id,campaign_name" + must);
  }

  @Test
  void aChangedFileIsTakenOnlyIfItIsGood() throws IOException {
    write(HEADER + "1,10,A\n");
    Campaigns campaigns = read();
    write(HEADER + "1,10,A\n2,20,B\n");
    campaigns = current(campaigns);
    assertThat(campaigns.networks()).isEqualTo(Map.of(10, 1, 20, 2));
    assertThat(warnings).isEmpty();

    write(HEADER + "1,10,A\n2,30\n3\n");
    campaigns = current(current(campaigns));
    assertThat(warnings)
        .containsExactly(
            "warning: campaigns: %s line 3: has 2 fields, must have 3 (and 1 more);".formatted(file)
                + " the 2 campaigns read before stay until it is good again");
    write("");
    campaigns = current(current(campaigns));
    assertThat(warnings).hasSize(2).last().asString().contains("is empty");
    Files.delete(file);
    campaigns = current(current(campaigns));
    assertThat(warnings).hasSize(3).last().asString().contains("cannot be read");
    assertThat(campaigns.networks()).isEqualTo(Map.of(10, 1, 20, 2));

    write(HEADER + "1,10,A\n3,30,C\n");
    campaigns = current(campaigns);
    assertThat(campaigns.networks()).isEqualTo(Map.of(10, 1, 30, 3));
    assertThat(warnings).hasSize(3);
  }

  @Test
  void whatCouldNotBeReadIsReadAgainThoughItsVersionIsTheSame() throws IOException {
    write(HEADER + "1,10,A\n");
    Campaigns campaigns = read();
    Files.delete(file);
    Files.createDirectory(file);
    campaigns = current(current(campaigns));
    assertThat(warnings).hasSize(1).last().asString().contains("cannot be read");
    assertThat(campaigns.networks()).isEqualTo(Map.of(10, 1));
    Files.delete(file);
    write(HEADER + "1,20,A\n");
    assertThat(current(campaigns).networks()).isEqualTo(Map.of(20, 1));
  }

  @Test
  void aFileThatIsMissingAtTheStartIsAnError() {
    assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining(file + "");
  }

  private Map<Integer, Integer> good(String text) throws IOException {
    write(text);
    return read().networks();
  }

  private Campaigns read() throws IOException {
    List<String> problems = new ArrayList<>();
    Campaigns campaigns = Campaigns.read(file.toString(), new Configuration(), problems);
    assertThat(problems).isEmpty();
    return campaigns;
  }

  private List<String> problems(String text) throws IOException {
    write(text);
    return problems();
  }

  private List<String> problems() throws IOException {
    List<String> problems = new ArrayList<>();
    Campaigns.read(file.toString(), new Configuration(), problems);
    String start = "campaigns: " + file + " ";
    assertThat(problems).allSatisfy(problem -> assertThat(problem).startsWith(start));
    return problems.stream().map(problem -> problem.substring(start.length())).toList();
  }

  private Campaigns current(Campaigns before) {
    return before.current(new Configuration(), warnings::add);
  }

  /** Each time with a time of its own, as a clock gives it. */
  private void write(String text) throws IOException {
    Files.write(file, text.getBytes(UTF_8));
    Files.setLastModifiedTime(file, FileTime.from(FIRST.plusSeconds(versions++)));
  }
}
