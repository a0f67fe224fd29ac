"""A subject on inputs of growing size: does it need more memory, or more time for each record?"""

import re
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Callable

from harness.benchmark import Dataset, Options, Result, Side, run_side
from harness.process import Measurement
from harness.size import format_size, parse_size
from harness.workspace import Workspace

# A line such as: [3.1s][info][gc] GC(7) Pause Young (Normal) (G1 Evacuation Pause) 512M->120M(1024M) 5.1ms
PAUSE = re.compile(r"Pause (\w+).* [0-9]+M->([0-9]+)M\([0-9]+M\)")


def peak_heap(log: str) -> int:
    """The most bytes that were left on the heap after a collection; a full one, if there was any, leaves no garbage."""
    left = [(kind, int(after) << 20) for kind, after in PAUSE.findall(log)]
    full = [after for kind, after in left if kind == "Full"]
    return max(full or (after for _, after in left), default=0)


@dataclass(frozen=True)
class Run:
    """
    heap: the most bytes that a collection left
    kept: bytes of what the subject keeps for its next run
    """

    measurement: Measurement
    heap: int
    kept: int


@dataclass(frozen=True)
class Step:
    dataset: Dataset
    runs: list[Run]

    def median(self, of: Callable[[Run], float]) -> float:
        return statistics.median(of(run) for run in self.runs)

    @property
    def memory(self) -> float:
        return self.median(lambda run: run.measurement.peak_memory)

    @property
    def heap(self) -> float:
        return self.median(lambda run: run.heap)

    @property
    def kept(self) -> float:
        return self.median(lambda run: run.kept)

    @property
    def cpu(self) -> float:
        return self.median(lambda run: run.measurement.cpu)


@dataclass(frozen=True)
class Growth:
    """
    sizes: from the smallest, which also warms up
    kept: where in its output the subject keeps what its next run needs; "" if it does not matter
    """

    title: str
    subject: Side
    prepare: Callable[[Workspace, int], Dataset]
    sizes: str
    runs: int = 3
    kept: str = ""

    def run(self, workspace: Workspace, options: Options, say: Callable[[str], None]) -> Result:
        gc_log = workspace.home / "gc.log"
        side = self.subject.with_java(f"-Xlog:gc:file={gc_log}")
        steps: list[Step] = []
        for size in sorted(map(parse_size, (options.size or self.sizes).split(","))):
            dataset = self.prepare(workspace, size)
            if not steps:
                run_side(workspace, side, dataset)
            runs = []
            for number in range(options.pairs or self.runs):
                measurement, out = run_side(workspace, side, dataset)
                kept = bytes_in(out / self.kept) if self.kept else 0
                runs.append(Run(measurement, peak_heap(gc_log.read_text()), kept))
                say(
                    f"{format_size(dataset.size)}, run {number + 1}: {measurement.wall:.1f} s,"
                    f" peak {format_size(measurement.peak_memory)}, heap {format_size(runs[-1].heap)},"
                    f" kept {format_size(kept)}"
                )
            steps.append(Step(dataset, runs))
        return Result(self._raw(side, steps), self._table(side, steps))

    @staticmethod
    def _raw(side: Side, steps: list[Step]) -> dict[str, object]:
        return {
            "subject": side.name,
            "steps": [
                {
                    "records": step.dataset.records,
                    "bytes": step.dataset.size,
                    "runs": [{**asdict(run.measurement), "peak_heap": run.heap, "kept": run.kept} for run in step.runs],
                }
                for step in steps
            ],
        }

    @staticmethod
    def _table(side: Side, steps: list[Step]) -> str:
        lines = [
            f"`{side.name}`, median of {len(steps[0].runs)} runs for each size. {side.note}",
            "",
            "| input | records | peak memory | heap after collection, at most | kept for the next run"
            " | CPU µs per record | CPU µs per record more |",
            "|---|---|---|---|---|---|---|",
        ]
        smaller: Step | None = None
        for step in steps:
            cells = [
                format_size(step.dataset.size),
                f"{step.dataset.records:,}",
                _beside_first(step.memory, steps[0].memory),
                _beside_first(step.heap, steps[0].heap),
                _beside_first(step.kept, steps[0].kept) if step.kept else "",
                f"{1e6 * step.cpu / step.dataset.records:.1f}",
                f"{marginal(smaller, step):.1f}" if smaller else "",
            ]
            lines.append("| " + " | ".join(cells) + " |")
            smaller = step
        lines += [
            "",
            "A record more costs what the run took beyond the one of the row above, divided by the records beyond:"
            " the start is left out.",
        ]
        return "\n".join(lines)


def bytes_in(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def marginal(smaller: Step, larger: Step) -> float:
    return 1e6 * (larger.cpu - smaller.cpu) / (larger.dataset.records - smaller.dataset.records)


def _beside_first(value: float, first: float) -> str:
    return f"{format_size(value)} (× {value / first:.2f})" if first else format_size(value)
