"""Reads CSV records by Python's own csv module and judges them: one record a line, in hex; None if it is bad."""

import csv
import datetime
import json
import re
import sys
from decimal import Decimal

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
VAST = 1000  # an exponent beyond which a number that is not 0 is too large or too small for any column


class Bad(Exception):
    pass


def number(text):
    match = NUMBER.fullmatch(text)
    if not match:
        raise Bad
    exponent = int(match[2] or 0)
    if abs(exponent) <= VAST:
        return Decimal(text)
    if not Decimal(match[1]):
        return Decimal(0)
    return Decimal("Infinity" if exponent > 0 else f"1e-{VAST}")


def whole(text):
    value = number(text)
    if value != value.to_integral_value() or not -(2**63) <= value < 2**63:
        raise Bad
    return str(int(value))


def amount(text):
    exponent = text.lower().partition("e")[2]
    cents = number(text) * 100
    if exponent and abs(int(exponent)) >= 2**31:
        raise Bad  # even of a zero: such an exponent has no place in a decimal
    if cents != cents.to_integral_value() or abs(cents) >= 10**9:
        raise Bad
    return f"{int(cents) / 100:.2f}" if abs(cents) < 10**9 else None


def flag(text):
    if text.lower() not in ("true", "false"):
        raise Bad
    return text.lower()


def day(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Bad
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Bad from None


COLUMNS = [("id", whole), ("name", str), ("price", amount), ("paid", flag), ("day", day)]


def judge(record):
    try:
        rows = list(csv.reader([record], strict=True))
    except csv.Error:
        raise Bad from None
    if len(rows) != 1 or len(rows[0]) > len(COLUMNS):
        raise Bad
    return rows[0]


def quoted(record):
    """Which fields are in quotes: what the csv module does not tell."""
    flags, at = [], 0
    while at <= len(record):
        flags.append(record.startswith('"', at))
        if flags[-1]:
            at = re.compile('"([^"]|"")*"').match(record, at).end()
        else:
            at = record.find(",", at)
            at = len(record) if at < 0 else at
        at += 1
    return flags


def read(record):
    if not record:
        raise Bad
    fields, in_quotes = judge(record), quoted(record)
    row = {}
    for i, (name, convert) in enumerate(COLUMNS):
        there = i < len(fields) and (fields[i] != "" or in_quotes[i])
        row[name] = convert(fields[i]) if there else None
    if row["id"] is None:
        raise Bad
    return row


for line in sys.stdin:
    try:
        print(json.dumps(read(bytes.fromhex(line.strip()).decode())))
    except Bad:
        print("null")
