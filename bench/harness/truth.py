"""The generator's truth, and how it is held against what a side wrote."""

import json
from collections import Counter
from pathlib import Path
from typing import Iterator, TypeVar

from harness.process import Failed

Key = TypeVar("Key")


def records(truth: Path) -> Iterator[dict]:
    """What a file of the truth tells of each record."""
    with open(truth, encoding="utf-8") as lines:
        # A summary.
        next(lines)
        yield from map(json.loads, lines)


def surplus(where: Path, what: str, expected: Counter[Key], found: Counter[Key], exact: bool) -> int:
    """
    How much was found beyond what was expected, which must all be there.

    what: that is counted, for the message
    exact: whether only a key that is not expected may be beyond
    """
    missing = (expected - found).total()
    beyond = found - expected
    doubled = sum(count for key, count in beyond.items() if key in expected) if exact else 0
    if missing or doubled:
        raise Failed(f"{where}: {missing:,} {what} are missing" + (f", {doubled:,} are too many" if doubled else ""))
    return beyond.total()
