package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.record.Damage;
import io.github.millrace.datagen.record.JsonObject;
import io.github.millrace.datagen.record.JsonObject.Numeral;
import io.github.millrace.datagen.record.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** A way to spoil a good record. Each makes exactly one reason true. */
enum Defect {
  TRUNCATED(Reason.TRUNCATED),
  TYPE(Reason.TYPE),
  REQUIRED(Reason.REQUIRED),
  RANGE(Reason.RANGE),
  ITEMS(Reason.ITEMS),
  DUPLICATE_KEY(Reason.DUPLICATE_KEY),
  BLANK(Reason.BLANK),
  ENCODING(Reason.ENCODING),
  /** A description larger than the limit that consumers set on a record. */
  HUGE_STRING(Reason.TOO_LARGE),
  /** Arrays in arrays, in a field that no consumer asks for. */
  DEEP_NESTING(Reason.TOO_DEEP);

  private static final int HUGE_STRING_CHARACTERS = 20 * 1024 * 1024;
  private static final int NESTING = 10_000;

  private final Reason reason;

  Defect(Reason reason) {
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  /**
   * Returns the bytes of a bad record.
   *
   * @param good the bytes of a good one
   * @param json renders what is changed in the style of the good one
   */
  byte[] damage(byte[] good, InvoiceJson json, SplittableRandom random) {
    return switch (this) {
      case TRUNCATED -> Damage.truncate(good, random);
      case BLANK -> " ".repeat(random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
      case ENCODING -> breakEncoding(good, random);
      case DEEP_NESTING -> nestDeeply(good);
      case TYPE, REQUIRED, RANGE, ITEMS, DUPLICATE_KEY, HUGE_STRING -> {
        JsonObject invoice = JsonObject.parse(good);
        changeFields(invoice, random);
        yield json.render(invoice::writeTo);
      }
    };
  }

  private void changeFields(JsonObject invoice, SplittableRandom random) {
    switch (this) {
      case TYPE -> changeType(invoice, random);
      case REQUIRED -> loseField(invoice, random);
      case RANGE -> leaveRange(invoice, random);
      case ITEMS -> invoice.set("InvoiceLineItems", List.of());
      case DUPLICATE_KEY -> repeatKey(invoice, random);
      case HUGE_STRING ->
          anItem(invoice, random).set("ItemDescription", "x".repeat(HUGE_STRING_CHARACTERS));
      default -> throw new IllegalStateException(this + " is no change of fields");
    }
  }

  private static void changeType(JsonObject invoice, SplittableRandom random) {
    switch (random.nextInt(8)) {
      case 0 -> anItem(invoice, random).set("ItemQty", "abc");
      case 1 -> {
        JsonObject item = anItem(invoice, random);
        item.set("ItemPrice", ((Numeral) item.get("ItemPrice")).text());
      }
      case 2 -> invoice.set("InvoiceLineItems", anItem(invoice, random));
      case 3 ->
          invoice.set(
              "CreatedTime", new Numeral(((Numeral) invoice.get("CreatedTime")).text() + ".5"));
      case 4 -> anItem(invoice, random).set("ItemCode", new Numeral("458"));
      case 5 -> invoice.set("DeliveryType", true);
      case 6 -> invoice.set("PosID", List.of("POS100"));
      default -> invoice.set("StoreID", new JsonObject());
    }
  }

  private static void loseField(JsonObject invoice, SplittableRandom random) {
    boolean inItem = random.nextInt(3) == 0;
    JsonObject object = inItem ? anItem(invoice, random) : invoice;
    String field =
        SeededRandom.pick(
            inItem
                ? List.of("ItemCode", "ItemPrice", "ItemQty", "TotalValue")
                : List.of(
                    "InvoiceNumber",
                    "CreatedTime",
                    "StoreID",
                    "PosID",
                    "CustomerType",
                    "PaymentMethod",
                    "DeliveryType",
                    "InvoiceLineItems"),
            random);
    if (random.nextBoolean()) {
      object.remove(field);
    } else {
      object.set(field, null);
    }
  }

  private static void leaveRange(JsonObject invoice, SplittableRandom random) {
    switch (random.nextInt(3)) {
      case 0 -> anItem(invoice, random).set("ItemQty", new Numeral("0"));
      case 1 -> anItem(invoice, random).set("ItemQty", new Numeral("-" + random.nextInt(1, 10)));
      default ->
          invoice.set(
              "CreatedTime", new Numeral("-" + ((Numeral) invoice.get("CreatedTime")).text()));
    }
  }

  private static void repeatKey(JsonObject invoice, SplittableRandom random) {
    switch (random.nextInt(3)) {
      case 0 -> invoice.add("InvoiceNumber", invoice.get("InvoiceNumber"));
      case 1 -> invoice.add("TotalAmount", new Numeral("1.0"));
      default -> anItem(invoice, random).add("ItemQty", new Numeral("1"));
    }
  }

  private static byte[] breakEncoding(byte[] good, SplittableRandom random) {
    String field =
        SeededRandom.pick(List.of("StoreID", "PaymentMethod", "ItemDescription"), random);
    String invalid =
        SeededRandom.pick(
            List.of(
                "c328", // a lead byte without its continuation
                "c0af", // an overlong slash
                "eda080", // a lone surrogate
                "ff"), // never part of UTF-8
            random);
    String text = new String(good, StandardCharsets.ISO_8859_1);
    int afterName = text.indexOf("\"" + field + "\"") + field.length() + 2;
    return insert(good, text.indexOf('"', afterName) + 1, HexFormat.of().parseHex(invalid));
  }

  private static byte[] nestDeeply(byte[] good) {
    String field = ",\"Extension\":" + "[".repeat(NESTING) + "]".repeat(NESTING);
    return insert(good, good.length - 1, field.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject anItem(JsonObject invoice, SplittableRandom random) {
    return (JsonObject) SeededRandom.pick(invoice.list("InvoiceLineItems"), random);
  }

  private static byte[] insert(byte[] bytes, int position, byte[] inserted) {
    ByteArrayOutputStream result = new ByteArrayOutputStream(bytes.length + inserted.length);
    result.write(bytes, 0, position);
    result.writeBytes(inserted);
    result.write(bytes, position, bytes.length - position);
    return result.toByteArray();
  }
}
