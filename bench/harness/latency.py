"""How long after an interval has closed its result is there, while the input comes in real time."""

import subprocess
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Callable, Iterable, Mapping, Sequence

from harness.benchmark import Dataset, Options, Result, Side
from harness.process import Failed
from harness.stats import Spread, spread
from harness.workspace import Workspace

POLL_SECONDS = 0.1
STOP_SECONDS = 60


@dataclass(frozen=True)
class Live:
    """
    input: what the subject reads
    feed: the command line of what fills it, and ends by itself
    """

    input: Dataset
    feed: list[str]


def delays(seen: Mapping[tuple[Path, float], float], after: float, due: float) -> list[float]:
    """
    The seconds that the last part of each interval was late, for intervals that began after a time.

    seen: when each part was there first, by the part and the beginning of its interval
    due: seconds from the beginning of an interval until its result can be expected
    """
    last: dict[float, float] = defaultdict(float)
    for (_, began), at in seen.items():
        if began >= after:
            last[began] = max(last[began], at)
    return [at - began - due for began, at in sorted(last.items())]


@dataclass(frozen=True)
class Latency:
    """
    subject: is given {trigger} beside its input; its note tells what a reader must know of that
    prepare: makes ready what a trigger is tried with, for the seconds that the input shall last
    visible: the parts of a result that are there now, each with the time when its interval began
    interval: seconds
    watermark: seconds by which an event may be late, and a result must wait
    """

    title: str
    subject: Side
    triggers: tuple[str, ...]
    prepare: Callable[[Workspace, str, int], Live]
    visible: Callable[[Path], Iterable[tuple[Path, float]]]
    interval: int
    watermark: int
    intervals: int = 4

    def run(self, workspace: Workspace, options: Options, say: Callable[[str], None]) -> Result:
        # The interval in which it starts is not counted, and the last one is followed by what closes it.
        seconds = ((options.pairs or self.intervals) + 2) * self.interval + self.watermark
        found: dict[str, list[float]] = {}
        for trigger in self.triggers:
            out = workspace.empty_directory(self.subject.name)
            live = self.prepare(workspace, trigger, seconds)
            command = self.subject.command(workspace, input=live.input, out=out, trigger=trigger)
            say(f"trigger {trigger}: {seconds} s of input")
            found[trigger] = self._watch(command, live.feed, out, workspace.home / f"{self.subject.name}.log")
            say(f"trigger {trigger}: " + ", ".join(f"{delay:.1f} s" for delay in found[trigger]))
        return Result(self._raw(found), self._table(found))

    def _watch(self, command: list[str], feed_command: list[str], out: Path, log: Path) -> list[float]:
        seen: dict[tuple[Path, float], float] = {}
        with open(log, "wb") as printed:
            subject = _start(command, printed)
            feed = _start(feed_command, printed)
            began = time.time()
            try:
                while feed.poll() is None:
                    for part in self.visible(out):
                        seen.setdefault(part, time.time())
                    if subject.poll() is not None:
                        raise Failed(f"{' '.join(command)}\nended early:\n{_tail(log)}")
                    time.sleep(POLL_SECONDS)
            finally:
                _stop(subject)
                _stop(feed)
        if feed.returncode != 0:
            raise Failed(f"{' '.join(feed_command)}\nended with status {feed.returncode}:\n{_tail(log)}")
        found = delays(seen, began, self.interval + self.watermark)
        if not found:
            raise Failed(f"{' '.join(command)}\nshowed no result in time:\n{_tail(log)}")
        return found

    def _raw(self, found: Mapping[str, list[float]]) -> dict[str, object]:
        return {
            "subject": self.subject.name,
            "interval": self.interval,
            "watermark": self.watermark,
            "triggers": {
                trigger: {"seconds": seconds, "spread": asdict(spread(seconds))} for trigger, seconds in found.items()
            },
        }

    def _table(self, found: Mapping[str, list[float]]) -> str:
        lines = [
            f"Seconds from when a result of `{self.subject.name}` can be expected, which is {self.watermark} s after its"
            f" interval of {self.interval} s has ended, until the last part of it is there. {self.subject.note}",
            "",
            "| trigger | intervals | median | most |",
            "|---|---|---|---|",
        ]
        for trigger, seconds in found.items():
            told: Spread = spread(seconds)
            lines.append(f"| {trigger} | {len(seconds)} | {told.median:.1f} s | {told.high:.1f} s |")
        return "\n".join(lines)


def _start(command: Sequence[str], out: BinaryIO) -> subprocess.Popen:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)


def _stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tail(log: Path) -> str:
    return log.read_bytes()[-3000:].decode(errors="replace")
