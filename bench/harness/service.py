"""A server beside the measured programs."""

import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Sequence

from harness.process import Failed
from harness.program import RIVALS
from harness.workspace import Workspace, jdk

READY = re.compile(r"^ready: (.*)$")
STOP_SECONDS = 30


def testkit(workspace: Workspace, server: str, *arguments: str) -> str:
    """Starts a server of testkit, by its main class, which ends with the benchmark; returns its address."""
    jars = [workspace.jar(RIVALS), *workspace.classpath(RIVALS), *workspace.spark.glob("jars/*.jar")]
    main = f"io.github.millrace.testkit.{server}"
    command = [jdk("java"), "-Xmx256m", "-cp", ":".join(map(str, jars)), main, *arguments]
    return workspace.closing.enter_context(service(command, workspace.home / f"{server}.log"))


@contextmanager
def service(command: Sequence[str], log: Path) -> Iterator[str]:
    """
    Runs a program that prints `ready: ADDRESS` when it serves, and ends when its standard input is closed; gives its
    address.
    """
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1
        )
        try:
            yield _address(process, command, log)
        finally:
            process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def _address(process: subprocess.Popen, command: Sequence[str], log: Path) -> str:
    for line in process.stdout:
        if found := READY.match(line):
            return found[1]
    raise Failed(f"{' '.join(command)}\nended before it was ready:\n{log.read_text(errors='replace')[-3000:]}")
