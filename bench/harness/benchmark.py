"""What a pipeline declares about its benchmarks."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Mapping, Protocol

from harness.process import WORK, Measurement, measure
from harness.program import Program
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

    subject: whether it is what the others are set beside
    aim: the largest ratio of the subject to this side that is good enough
    note: what a reader must know to judge the comparison
    work: the line of its output that tells the seconds of its work; None if none does
    accounted: whether it does the subject's work, so that its output is to be checked
    checkout: where its job was built, if not here
    """

    name: str
    title: str
    program: Program
    subject: bool = False
    aim: float | None = None
    note: str = ""
    work: re.Pattern[bytes] | None = WORK
    accounted: bool = True
    checkout: Path | None = None

    def command(self, workspace: Workspace, **given: object) -> list[str]:
        return self.program.command(workspace.with_jobs_of(self.checkout) if self.checkout else workspace, **given)

    def using(self, **options: object) -> "Side":
        """The same with these options of its program."""
        return replace(self, program=replace(self.program, **options))

    def with_java(self, option: str) -> "Side":
        """The same with one more option for its JVM."""
        return self.using(java=(*self.program.java, option))


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
    command = side.command(workspace, input=dataset, out=out)
    os.sync()
    return measure(command, workspace.home / f"{side.name}.log", side.work), out
