"""A job that has run for years: what its next runs take, beside one that began today."""

import statistics
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Callable

from harness.benchmark import Benchmark, Options, Result
from harness.generator import generate
from harness.process import Measurement, measure
from harness.program import RIVALS, Jvm, SparkSubmit, job
from harness.service import testkit
from harness.workspace import Workspace

DAYS = 730
BATCHES_A_DAY = 8640
AIM = 1.5
PAST = "io.github.millrace.bench.years.PastMain"
PUT = Jvm(RIVALS, PAST, ("put", "file:{invoice}", "{root}/in/{number}.json"), memory="2g")
LAY_OUT = Jvm(RIVALS, PAST, ("past", "{root}", "{days}", str(BATCHES_A_DAY)), memory="2g")
JOB = "invoice-flattener"
VALUES = {
    "input.path": "{root}/in",
    "output.hive": "{root}/hive",
    "output.cassandra": "{root}/cassandra",
    "checkpoint": "{root}/checkpoint",
    "maxBadShare": "1",
}
FLATTEN = job(JOB, "flatten", VALUES)
WORKS = {
    "a start and a batch": FLATTEN,
    "a start without a batch": FLATTEN,
    "replay": job(JOB, "replay", VALUES),
    "ledger --since": job(JOB, "ledger", {}, "--since", "{since}", "{root}/hive"),
}


@dataclass(frozen=True)
class Years:
    title: str
    pairs: int = 5

    def run(self, workspace: Workspace, options: Options, say: Callable[[str], None]) -> Result:
        days = int(options.size) if options.size else DAYS
        invoice = self._input(workspace)
        ratios: dict[str, dict[str, list[float]]] = {}
        raw: list[dict[str, object]] = []
        for disk in options.sides or ("local", "HDFS"):
            local = disk == "local"
            root = f"file:{workspace.empty_directory('years')}" if local else testkit(workspace, "HdfsMain") + "/years"
            sides = {"years": f"{root}/years", "new": f"{root}/new"}
            for side in sides.values():
                self._drop(workspace, invoice, side, 0)
                self._measure(workspace, FLATTEN, side)
            say(f"{disk}: laying out {days} days of {BATCHES_A_DAY} batches")
            subprocess.run(LAY_OUT.command(workspace, root=sides["years"], days=days), check=True)
            first = self._measure(workspace, FLATTEN, sides["years"])
            say(f"{disk}: the first run afterwards, which sorts the list of files read: {first.wall:.1f} s")
            self._measure(workspace, FLATTEN, sides["new"])
            ratios[disk] = {}
            for number in range(1, (options.pairs or self.pairs) + 1):
                times: dict[str, dict[str, Measurement]] = {}
                names = ["years", "new"] if number % 2 else ["new", "years"]
                for name in names:
                    self._drop(workspace, invoice, sides[name], number)
                for work, program in WORKS.items():
                    for name in names:
                        measured = self._measure(workspace, program, sides[name])
                        times.setdefault(work, {})[name] = measured
                        raw.append({"disk": disk, "work": work, "side": name, **asdict(measured)})
                    ratio = times[work]["years"].wall / times[work]["new"].wall
                    ratios[disk].setdefault(work, []).append(ratio)
                    say(f"{disk}, pair {number}, {work}: {times[work]['years'].wall:.2f} s, {ratio:.2f} times")
        return Result({"days": days, "batchesADay": BATCHES_A_DAY, "runs": raw}, self._table(days, ratios))

    @staticmethod
    def _measure(workspace: Workspace, program: SparkSubmit, root: str) -> Measurement:
        since = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return measure(program.command(workspace, root=root, since=since), workspace.home / "years.log")

    @staticmethod
    def _input(workspace: Workspace) -> Path:
        """A hundred invoices, and a line that is none."""
        directory = workspace.empty_directory("years-input")
        generate(workspace, "invoices", {"to": directory / "data", "count": 100, "files": 1})
        file = directory / "invoices.json"
        file.write_bytes(next((directory / "data").glob("invoices-*.json")).read_bytes() + b"none\n")
        return file

    @staticmethod
    def _drop(workspace: Workspace, invoice: Path, root: str, number: int) -> None:
        subprocess.run(PUT.command(workspace, invoice=invoice, root=root, number=number), check=True)

    @staticmethod
    def _table(days: int, ratios: dict[str, dict[str, list[float]]]) -> str:
        lines = [
            f"A job of {days} days of {BATCHES_A_DAY:,} batches beside one that began today: time from the start of the"
            f" process to its end, as a ratio within each pair. Aim: {AIM} at most.",
            "",
            "| file system | work | ratio | aim |",
            "|---|---|---|---|",
        ]
        for disk, works in ratios.items():
            for work, found in works.items():
                median = statistics.median(found)
                met = "met" if median <= AIM else "missed"
                lines.append(f"| {disk} | {work} | {median:.2f} ({min(found):.2f} to {max(found):.2f}) | {met} |")
        return "\n".join(lines)


BENCHMARKS: dict[str, Benchmark] = {
    "years": Years(title="invoice-flattener after two years of a trigger of 10 seconds, beside a new one"),
}
