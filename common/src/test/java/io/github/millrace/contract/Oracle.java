package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;

/**
 * A second opinion on records, slow and simple: it decodes the bytes, makes a tree of the text and
 * judges the tree. It shares nothing with the parser but the contract and JSON's limits of size.
 */
final class Oracle {
  /** java.time's own patterns of a local time and of the zones that may follow it. */
  private static final List<DateTimeFormatter> LOCAL =
      Stream.of("'T'", "'t'", "' '")
          .flatMap(
              separator ->
                  Stream.concat(
                          Stream.of("HH:mm", "HH:mm:ss"),
                          IntStream.rangeClosed(1, 9)
                              .mapToObj(digits -> "HH:mm:ss." + "S".repeat(digits)))
                      .map(time -> strict("uuuu-MM-dd" + separator + time)))
          .toList();

  private static final List<DateTimeFormatter> OFFSETS =
      Stream.of("XXX", "XX", "X", "xxx", "xx", "x").map(Oracle::strict).toList();

  private static final Pattern INSTANT =
      Pattern.compile("([0-9]{4}-.{6}[0-9:.,]*)( ?[Zz]| ?[+-][0-9:]+)?(?:\\[([^\\]]*)\\])?");
  private static final Pattern END_OF_DAY =
      Pattern.compile("(\\S{10})[Tt ]24:00(?::00(?:\\.0{1,9})?)?");
  private static final Pattern GERMAN_DAY =
      Pattern.compile("([0-9]{2})\\.([0-9]{2})\\.([0-9]{4}|[+][0-9]{5,})");

  private static final Pattern WITH_EXPONENT =
      Pattern.compile("(?<=[:,\\[\\s])(-?[0-9]+(?:\\.[0-9]+)?[eE][+-]?)[0-9]{10,}");
  private static final Pattern NUMBER = Pattern.compile("[-+.0-9eE]+");
  private static final int VAST = Integer.MAX_VALUE;

  private final Contract contract;
  private final ObjectMapper json =
      new ObjectMapper(new JsonFactory())
          .setNodeFactory(new Tree())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private Map<JsonPointer, String> numbers;
  private int unknownFields;

  Oracle(Contract contract) {
    this.contract = contract;
  }

  /** What a good record holds. */
  record Good(Map<String, Object> record, int unknownFields) {}

  /** Thrown for a record that is bad. */
  private static final class Bad extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Bad() {
      super(null, null, false, false);
    }
  }

  /** Empty for a bad record. */
  Optional<Good> judge(byte[] bytes) {
    unknownFields = 0;
    try {
      String text =
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
      JsonNode root = json.readTree(withoutHugeExponents(unmarked));
      numbers = numbers(unmarked);
      Map<String, Object> record = object(root, contract.record(), JsonPointer.empty());
      return Optional.of(new Good(record, unknownFields));
    } catch (Bad | CharacterCodingException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The characters of each number, which a tree does not keep, by where in the tree it stands. */
  private Map<JsonPointer, String> numbers(String text) throws IOException {
    Map<JsonPointer, String> found = new HashMap<>();
    try (JsonParser tokens = json.createParser(text)) {
      while (tokens.nextToken() != null) {
        if (tokens.currentToken().isNumeric()) {
          Matcher number = NUMBER.matcher(text);
          check(number.find((int) tokens.currentTokenLocation().getCharOffset()));
          found.put(tokens.getParsingContext().pathAsPointer(), number.group());
        }
      }
    }
    return found;
  }

  /** The exponents that a BigDecimal has no place for, and so no tree, become the largest. */
  private static String withoutHugeExponents(String text) {
    return WITH_EXPONENT
        .matcher(text)
        .replaceAll(number -> isDecimal(number.group()) ? number.group() : number.group(1) + VAST);
  }

  private static boolean isDecimal(String number) {
    try {
      return new BigDecimal(number).scale() > -VAST;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private Map<String, Object> object(JsonNode node, FieldType.Group group, JsonPointer at) {
    // Only the contract's own objects; what is inside an unknown field is nobody's business.
    check(node instanceof Attentive object && !object.keyTwice);
    Map<String, Object> values = new LinkedHashMap<>();
    Set<String> known = new HashSet<>();
    for (Field field : group.fields()) {
      known.add(field.physicalName());
      JsonNode value = node.get(field.physicalName());
      boolean absent = value == null || value.isNull();
      check(!(absent && field.required()));
      values.put(
          field.name(),
          absent ? null : value(value, field.type(), at.appendProperty(field.physicalName())));
    }
    node.fieldNames().forEachRemaining(name -> unknownFields += known.contains(name) ? 0 : 1);
    return values;
  }

  private Object value(JsonNode node, FieldType type, JsonPointer at) {
    if (type instanceof FieldType.Text text) {
      return text(node, text);
    }
    if (type instanceof FieldType.Whole whole) {
      return whole(node, whole);
    }
    if (type instanceof FieldType.Exact exact) {
      return exact(node, exact);
    }
    if (type instanceof FieldType.Floating floating) {
      return floating(node, floating);
    }
    if (type instanceof FieldType.AsWritten number) {
      return asWritten(node, number, numbers.get(at));
    }
    if (type instanceof FieldType.Any) {
      return node.isTextual() ? node.textValue() : node.toString();
    }
    if (type instanceof FieldType.Bool) {
      check(node.isBoolean());
      return node.booleanValue();
    }
    if (type instanceof FieldType.Day day) {
      return day(node, day);
    }
    if (type instanceof FieldType.Instant instant) {
      return instant(node, instant);
    }
    if (type instanceof FieldType.Group group) {
      return object(node, group, at);
    }
    return array(node, (FieldType.Many) type, at);
  }

  private static String text(JsonNode node, FieldType.Text type) {
    check(node.isTextual());
    String text = node.textValue();
    check(UTF_8.newEncoder().canEncode(text));
    int length = text.codePointCount(0, text.length());
    check(length >= type.minLength() && length <= type.maxLength());
    check(type.pattern() == null || type.pattern().asPredicate().test(text));
    check(type.format() != TextFormat.EMAIL || isEmail(text));
    check(type.format() != TextFormat.UUID || isUuid(text));
    return text;
  }

  private static boolean isEmail(String text) {
    int at = text.indexOf('@');
    int dot = text.lastIndexOf('.', text.length() - 2);
    return at > 0
        && at == text.lastIndexOf('@')
        && dot > at + 1
        && text.chars().noneMatch(c -> c == ' ' || (c >= '\t' && c <= '\r'));
  }

  private static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : "0123456789abcdefABCDEF".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Object whole(JsonNode node, FieldType.Whole type) {
    check(node.isNumber());
    BigDecimal plain = node.decimalValue().stripTrailingZeros();
    check(plain.scale() <= 0 && (long) plain.precision() - plain.scale() < 30);
    BigInteger number = plain.toBigIntegerExact();
    check(number.compareTo(BigInteger.valueOf(type.minimum())) >= 0);
    check(number.compareTo(BigInteger.valueOf(type.maximum())) <= 0);
    if (DataTypes.IntegerType.equals(type.sparkType())) {
      return number.intValueExact();
    }
    if (DataTypes.ShortType.equals(type.sparkType())) {
      return number.shortValueExact();
    }
    if (DataTypes.ByteType.equals(type.sparkType())) {
      return number.byteValueExact();
    }
    return number.longValueExact();
  }

  private static BigDecimal exact(JsonNode node, FieldType.Exact type) {
    check(node.isNumber());
    BigDecimal number = node.decimalValue();
    int scale = type.sparkType().scale();
    // Even of a zero: the parser leaves such exponents to no BigDecimal either.
    check(Math.abs((long) number.scale()) < VAST - 1_000);
    // By size first: the digits of 1e1000000000 are too many to look at.
    BigDecimal tooLarge = BigDecimal.ONE.scaleByPowerOfTen(type.sparkType().precision() - scale);
    check(number.abs().compareTo(tooLarge) < 0);
    check(
        number.signum() == 0
            || number.abs().compareTo(BigDecimal.ONE.scaleByPowerOfTen(-scale)) >= 0);
    BigDecimal value =
        number.signum() == 0
            ? BigDecimal.ZERO.setScale(scale)
            : number.setScale(scale, RoundingMode.DOWN);
    check(value.compareTo(number) == 0);
    check(within(value, type.bounds()));
    return value;
  }

  private static String asWritten(JsonNode node, FieldType.AsWritten type, String text) {
    check(node.isNumber());
    if (type.bounds().least() != null || type.bounds().most() != null) {
      try {
        check(within(new BigDecimal(text), type.bounds()));
      } catch (NumberFormatException e) {
        throw new Bad();
      }
    }
    return text;
  }

  private static Object floating(JsonNode node, FieldType.Floating type) {
    check(node.isNumber());
    // Plus zero, for a tree has no negative zero.
    double value = node.decimalValue().doubleValue() + 0.0;
    if (DataTypes.FloatType.equals(type.sparkType())) {
      float rounded = node.decimalValue().floatValue() + 0.0f;
      check(!Float.isInfinite(rounded));
      FieldType.Bounds<BigDecimal> bounds = type.bounds();
      check(bounds.least() == null || rounded >= bounds.least().floatValue());
      check(bounds.most() == null || rounded <= bounds.most().floatValue());
      return rounded;
    }
    check(!Double.isInfinite(value));
    check(within(BigDecimal.valueOf(value), type.bounds()));
    return value;
  }

  private static LocalDate day(JsonNode node, FieldType.Day type) {
    check(node.isTextual());
    String text = node.textValue();
    try {
      LocalDate day;
      if (type.formats().isEmpty()) {
        check(text.length() == 10);
        day = LocalDate.parse(text);
      } else {
        check(type.formats().equals(List.of("dd.MM.yyyy")));
        Matcher german = matched(GERMAN_DAY, text);
        day = LocalDate.of(number(german, 3), number(german, 2), number(german, 1));
        check(day.getYear() > 0);
      }
      check(within(Math.toIntExact(day.toEpochDay()), type.bounds()));
      return day;
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw new Bad();
    }
  }

  private static Instant instant(JsonNode node, FieldType.Instant type) {
    check(node.isTextual() && type.formats().isEmpty());
    Matcher parts = matched(INSTANT, node.textValue());
    try {
      LocalDateTime local = local(parts.group(1).replace(',', '.'));
      Optional<ZoneId> zone = Optional.ofNullable(parts.group(3)).map(ZoneId::of);
      ZonedDateTime time;
      if (parts.group(2) == null) {
        ZoneId meant = zone.orElse(type.zone());
        check(meant != null);
        time = local.atZone(meant);
        // java.time moves a time that the clocks skipped.
        check(time.toLocalDateTime().equals(local));
      } else {
        String offset = parts.group(2).strip().toUpperCase(Locale.ROOT);
        time = local.atZone(ZoneOffset.from(parsed(OFFSETS, offset)));
      }
      Instant instant = time.toInstant().truncatedTo(ChronoUnit.MICROS);
      check(
          within(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000, type.bounds()));
      return instant;
    } catch (DateTimeException e) {
      throw new Bad();
    }
  }

  private static LocalDateTime local(String text) {
    Matcher midnight = END_OF_DAY.matcher(text);
    return midnight.matches()
        ? LocalDate.parse(midnight.group(1)).plusDays(1).atStartOfDay()
        : LocalDateTime.from(parsed(LOCAL, text));
  }

  /** What the first formatter makes of the text that can read it. */
  private static TemporalAccessor parsed(List<DateTimeFormatter> formatters, String text) {
    for (DateTimeFormatter formatter : formatters) {
      ParsePosition at = new ParsePosition(0);
      TemporalAccessor parsed = formatter.parseUnresolved(text, at);
      if (parsed != null && at.getErrorIndex() < 0 && at.getIndex() == text.length()) {
        return formatter.parse(text);
      }
    }
    throw new Bad();
  }

  private static DateTimeFormatter strict(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  private List<Object> array(JsonNode node, FieldType.Many type, JsonPointer at) {
    check(node.isArray() && node.size() >= type.minItems() && node.size() <= type.maxItems());
    List<Object> items = new ArrayList<>();
    for (JsonNode item : node) {
      check(!item.isNull());
      items.add(value(item, type.item(), at.appendIndex(items.size())));
    }
    return items;
  }

  private static <T extends Comparable<T>> boolean within(T value, FieldType.Bounds<T> bounds) {
    int aboveLeast = bounds.least() == null ? 1 : value.compareTo(bounds.least());
    int belowMost = bounds.most() == null ? 1 : bounds.most().compareTo(value);
    return (bounds.excludeLeast() ? aboveLeast > 0 : aboveLeast >= 0)
        && (bounds.excludeMost() ? belowMost > 0 : belowMost >= 0);
  }

  private static Matcher matched(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    check(matcher.matches());
    return matcher;
  }

  private static int number(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new Bad();
    }
  }

  /** Makes objects that know if a key came twice, which a tree cannot hold. */
  private static final class Tree extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    Tree() {
      super(true);
    }

    @Override
    public ObjectNode objectNode() {
      return new Attentive(this);
    }
  }

  @SuppressWarnings("unchecked") // of ObjectNode.deepCopy, which javac tells of each subclass
  private static final class Attentive extends ObjectNode {
    private static final long serialVersionUID = 1L;

    private boolean keyTwice;

    Attentive(JsonNodeFactory factory) {
      super(factory);
    }

    @Override
    public JsonNode replace(String name, JsonNode value) {
      JsonNode old = super.replace(name, value);
      keyTwice |= old != null;
      return old;
    }
  }
}
