"""Where a subject's time goes, by Java Flight Recorder."""

import collections
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Sequence

from harness.benchmark import Dataset, Options, Result, Side, run_side
from harness.size import format_size, parse_size
from harness.workspace import Workspace, jdk

OTHER = "everything else"
HOTTEST = 25


@dataclass(frozen=True)
class Part:
    """A part of the work: samples whose first frame of interest matches."""

    title: str
    frames: re.Pattern[str]


# The parts that every job has.
PARSING = (
    Part("tokens: Jackson", re.compile(r"com\.fasterxml\.jackson")),
    Part("values, rules, rows: the contract's parser", re.compile(r"io\.github\.millrace\.contract")),
)
SPARK = (
    Part("Spark's own expressions and rows", re.compile(r"org\.apache\.spark\.(sql\.catalyst|unsafe)")),
    Part("file system", re.compile(r"org\.apache\.hadoop|sun\.nio\.(ch|fs)|java\.io\.File")),
    Part("the rest of Spark", re.compile(r"org\.apache\.spark")),
)
# The code that Spark generates for a query.
GENERATED = re.compile(r".*\.GeneratedClass\$|.*\$GeneratedIterator")
TASKS = re.compile("Executor task launch worker")


def part_of(frames: Sequence[str], parts: Sequence[Part]) -> str:
    """The part that a sample belongs to: walks from the top of its stack to the first frame that a part owns."""
    for frame in frames:
        for part in parts:
            if part.frames.match(frame):
                return part.title
    return OTHER


def shares(titles: Iterable[str]) -> list[tuple[str, float]]:
    counts = collections.Counter(titles)
    total = sum(counts.values())
    return [(title, count / total) for title, count in counts.most_common()]


@dataclass(frozen=True)
class Profile:
    """
    parts: the first that owns a frame has it
    threads: the threads that do the work, by name
    """

    title: str
    subject: Side
    prepare: Callable[[Workspace, int], Dataset]
    size: str
    parts: tuple[Part, ...]
    threads: re.Pattern[str] = TASKS

    def run(self, workspace: Workspace, options: Options, say: Callable[[str], None]) -> Result:
        recording = workspace.home / "profile.jfr"
        side = self.subject.with_java(f"-XX:StartFlightRecording=filename={recording},settings=profile")
        dataset = self.prepare(workspace, parse_size(options.size or self.size))
        run_side(workspace, side, dataset)
        say("recorded; reading the samples")
        stacks = self._stacks(recording)
        parts = shares(part_of(frames, self.parts) for frames in stacks)
        hottest = shares(frames[0] for frames in stacks)[:HOTTEST]
        raw = {
            "subject": side.name,
            "input": {"records": dataset.records, "bytes": dataset.size},
            "samples": len(stacks),
            "parts": dict(parts),
            "hottest": dict(hottest),
        }
        return Result(raw, self._table(side, dataset, len(stacks), parts, hottest))

    def _stacks(self, recording: Path) -> list[list[str]]:
        """The stacks of the working threads, each from its top."""
        told = subprocess.run(
            [jdk("jfr"), "print", "--json", "--stack-depth", "48", "--events", "jdk.ExecutionSample", recording],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        stacks = []
        for event in json.loads(told)["recording"]["events"]:
            values = event["values"]
            if values["stackTrace"] and self.threads.match(values["sampledThread"]["javaName"] or ""):
                frames = [frame["method"] for frame in values["stackTrace"]["frames"]]
                stacks.append([f"{method['type']['name'].replace('/', '.')}.{method['name']}" for method in frames])
        return stacks

    @staticmethod
    def _table(
        side: Side,
        dataset: Dataset,
        samples: int,
        parts: list[tuple[str, float]],
        hottest: list[tuple[str, float]],
    ) -> str:
        lines = [
            f"`{side.name}`, {dataset.records:,} records, {format_size(dataset.size)}: {samples:,} samples of the threads"
            " that run tasks, each given to the part that owns the first frame from the top.",
            "",
            "| part | share |",
            "|---|---|",
            *(f"| {title} | {share:.1%} |" for title, share in parts),
            "",
            "| method on top | share |",
            "|---|---|",
            *(f"| `{title}` | {share:.1%} |" for title, share in hottest),
        ]
        return "\n".join(lines)
