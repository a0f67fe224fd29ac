"""What a pipeline declares about its benchmarks."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Mapping, Protocol

from harness.process import Measurement, measure
from harness.workspace import Workspace


@dataclass(frozen=True)
class Dataset:
    path: Path
    records: int
    size: int


@dataclass(frozen=True)
class Account:
    """
    What a side wrote. Two sides did the same work if all but `surplus` is equal.

    rows: rows that the truth asks for
    fingerprint: sums over these rows
    surplus: rows that a side without validation made of bad records
    """

    rows: int
    fingerprint: tuple[int, ...]
    surplus: int


@dataclass(frozen=True)
class Side:
    """
    A program that takes part.

    command: its command line, for an input and an empty directory for its output
    aim: the largest ratio of the subject to this side that is good enough
    note: what a reader must know to judge the comparison
    accounted: whether it does the subject's work, so that its output is to be checked
    """

    name: str
    title: str
    command: Callable[[Workspace, Dataset, Path], list[str]]
    aim: float | None = None
    note: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    accounted: bool = True


@dataclass(frozen=True)
class Options:
    """What the user asked for, where a benchmark leaves a choice; None for its default."""

    size: str | None = None
    pairs: int | None = None
    sides: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Result:
    """
    raw: all numbers, for the JSON file
    table: Markdown, for the reader
    """

    raw: Mapping[str, object]
    table: str


class Benchmark(Protocol):
    title: str

    def run(self, workspace: Workspace, options: Options, say: Callable[[str], None]) -> Result: ...


def run_side(workspace: Workspace, side: Side, dataset: Dataset) -> tuple[Measurement, Path]:
    """Runs a side once into an empty directory, with what was written before on the disk."""
    out = workspace.empty_directory(side.name)
    command = side.command(workspace, dataset, out)
    os.sync()
    return measure(command, side.environment, workspace.home / f"{side.name}.log"), out
