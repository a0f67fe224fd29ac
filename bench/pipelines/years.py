"""A job that has run for years: what its next runs take, beside one that began today."""

import statistics
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Callable

from harness.benchmark import Benchmark, Options, Result
from harness.process import Measurement, measure
from harness.service import service
from harness.workspace import Workspace, jdk

DAYS = 730
BATCHES_A_DAY = 8640
AIM = 1.5
PAST = "io.github.millrace.bench.years.PastMain"
TESTKIT = "io.github.millrace.testkit.HdfsMain"


@dataclass(frozen=True)
class Output:
    """One job: where it reads from and writes to."""

    root: str

    def command(self, workspace: Workspace, command: str, *more: str) -> list[str]:
        settings = {
            "input.path": "in",
            "output.hive": "hive",
            "output.cassandra": "cassandra",
            "checkpoint": "checkpoint",
        }
        options = [part for key, value in settings.items() for part in ("--set", f"{key}={self.root}/{value}")]
        return workspace.submit("invoice-flattener", command, *options, "--set", "maxBadShare=1", *more)

    def ledger(self, workspace: Workspace) -> list[str]:
        since = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return workspace.submit("invoice-flattener", "ledger", "--since", since, f"{self.root}/hive")


def past(workspace: Workspace, *arguments: str) -> None:
    jars = [workspace.jar("bench-rivals"), *workspace.classpath("bench-rivals"), *(workspace.spark / "jars").glob("*.jar")]
    subprocess.run([jdk("java"), "-Xmx2g", "-cp", ":".join(map(str, jars)), PAST, *arguments], check=True)


def hdfs(workspace: Workspace) -> str:
    jars = [workspace.jar("bench-rivals"), *workspace.classpath("bench-rivals"), *(workspace.spark / "jars").glob("*.jar")]
    command = [jdk("java"), "-Xmx256m", "-cp", ":".join(map(str, jars)), TESTKIT]
    return workspace.closing.enter_context(service(command, workspace.home / "hdfs.log"))


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
            root = f"file:{workspace.empty_directory('years')}" if disk == "local" else hdfs(workspace) + "/years"
            sides = {"years": Output(f"{root}/years"), "new": Output(f"{root}/new")}
            for side in sides.values():
                self._drop(workspace, invoice, side, 0)
                self._measure(workspace, side.command(workspace, "flatten"))
            say(f"{disk}: laying out {days} days of {BATCHES_A_DAY} batches")
            past(workspace, "past", sides["years"].root, str(days), str(BATCHES_A_DAY))
            first = self._measure(workspace, sides["years"].command(workspace, "flatten"))
            say(f"{disk}: the first run afterwards, which sorts the list of files read: {first.wall:.1f} s")
            self._measure(workspace, sides["new"].command(workspace, "flatten"))
            ratios[disk] = {}
            for number in range(1, (options.pairs or self.pairs) + 1):
                times: dict[str, dict[str, Measurement]] = {}
                names = ["years", "new"] if number % 2 else ["new", "years"]
                for name in names:
                    self._drop(workspace, invoice, sides[name], number)
                for work, command in self._works(workspace).items():
                    for name in names:
                        measured = self._measure(workspace, command(sides[name]))
                        times.setdefault(work, {})[name] = measured
                        raw.append({"disk": disk, "work": work, "side": name, **asdict(measured)})
                    ratio = times[work]["years"].wall / times[work]["new"].wall
                    ratios[disk].setdefault(work, []).append(ratio)
                    say(f"{disk}, pair {number}, {work}: {times[work]['years'].wall:.2f} s, {ratio:.2f} times")
        return Result({"days": days, "batchesADay": BATCHES_A_DAY, "runs": raw}, self._table(days, ratios))

    @staticmethod
    def _works(workspace: Workspace) -> dict[str, Callable[[Output], list[str]]]:
        return {
            "a start and a batch": lambda side: side.command(workspace, "flatten"),
            "a start without a batch": lambda side: side.command(workspace, "flatten"),
            "replay": lambda side: side.command(workspace, "replay"),
            "ledger --since": lambda side: side.ledger(workspace),
        }

    @staticmethod
    def _measure(workspace: Workspace, command: list[str]) -> Measurement:
        return measure(command, {}, workspace.home / "years.log")

    @staticmethod
    def _input(workspace: Workspace) -> Path:
        """A hundred invoices, and a line that is none."""
        directory = workspace.empty_directory("years-input")
        generate = [jdk("java"), "-jar", workspace.jar("datagen"), "invoices", "--to", directory / "data"]
        subprocess.run([*generate, "--count", "100", "--files", "1"], stdout=subprocess.DEVNULL, check=True)
        file = directory / "invoices.json"
        file.write_bytes(next((directory / "data").glob("invoices-*.json")).read_bytes() + b"none\n")
        return file

    @staticmethod
    def _drop(workspace: Workspace, invoice: Path, side: Output, number: int) -> None:
        past(workspace, "put", f"file:{invoice}", f"{side.root}/in/{number}.json")

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
