"""The arithmetic of ratios."""

import statistics
from dataclasses import dataclass
from typing import Sequence


@dataclass(frozen=True)
class Spread:
    """A median, and how far the values lie around it."""

    median: float
    low: float
    high: float
    quartile_low: float
    quartile_high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def spread(values: Sequence[float]) -> Spread:
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return Spread(statistics.median(values), min(values), max(values), quartiles[0], quartiles[2])


def ratios(subject: Sequence[float], rival: Sequence[float]) -> Spread:
    """The ratio of each pair, and then their median: a slow moment of the machine hits both of a pair."""
    return spread([mine / theirs for mine, theirs in zip(subject, rival, strict=True)])


def order(pair: int) -> tuple[str, str]:
    """Who runs first takes turns (ABBA), so that what drifts is shared by both."""
    return ("subject", "rival") if pair % 2 == 0 else ("rival", "subject")
