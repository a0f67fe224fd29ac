"""Runs one program and measures it."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

# The line in which a program tells the seconds of its work alone. For a Spark side the listener prints it.
WORK = re.compile(rb"^work: ([0-9]+\.[0-9]+) s$", re.MULTILINE)


class Failed(Exception):
    """A measured program did not do its work."""


@dataclass(frozen=True)
class Measurement:
    """
    wall: seconds that a user waits, from the start of the process to its end
    work: seconds that it worked, without its start, as it prints them; None if it does not
    cpu: seconds of user and system time of the process and its children
    peak_memory: bytes, the largest resident size of one process among them
    """

    wall: float
    work: float | None
    cpu: float
    peak_memory: int


def work_seconds(output: bytes, line: re.Pattern[bytes] = WORK) -> float | None:
    found = line.search(output)
    return float(found[1]) if found else None


def measure(command: Sequence[str], log: Path, work: re.Pattern[bytes] | None = WORK) -> Measurement:
    """
    log: the file for all that the program prints
    work: the line that tells its work; None if none does
    """
    with open(log, "wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    output = log.read_bytes()
    if process.returncode != 0:
        tail = output[-3000:].decode(errors="replace")
        raise Failed(f"{' '.join(command)}\nended with status {process.returncode}:\n{tail}")
    worked = work_seconds(output, work) if work else None
    return Measurement(wall, worked, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
