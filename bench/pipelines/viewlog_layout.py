"""What a reader of a day's reports pays for a file per network and window, and for one per network and day."""

import json
import subprocess
from functools import partial
from pathlib import Path
from typing import Callable

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.workspace import Workspace
from pipelines import viewlog

NEXT_DAY = "2026-01-02"
# A day and a bit, for the day's last minute to be closed by views.
SECONDS = 87_000
LEAST_RATE = 5


def reports(workspace: Workspace, size: int) -> Dataset:
    """The output of report and compact, in which a day of so many views lies both ways."""
    rate = max(LEAST_RATE, size // viewlog.BYTES_PER_VIEW // SECONDS)
    topic = viewlog.topic(workspace, "viewlog_layout", rate * SECONDS)
    viewlog.fill(workspace, topic, rate, 0)
    out = workspace.empty_directory("viewlog-layout")
    for command in (
        viewlog.report(workspace, topic, out),
        viewlog.job(workspace, "compact", topic, out, "--before", NEXT_DAY, "--grace", "1 day"),
    ):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    files = list(out.glob("network_id=*/*/*.parquet"))
    return Dataset(out, topic.records, sum(file.stat().st_size for file in files))


def account(_: Dataset, out: Path) -> Account:
    rows, views = json.loads((out / "totals.json").read_text(encoding="utf-8"))
    return Account(rows, (views,), 0)


def duckdb(layout: str, workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    script = workspace.rivals / "reports_duckdb.py"
    return [str(workspace.tools / "bin" / "python"), str(script), layout, str(dataset.path), viewlog.DAY, str(out)]


def spark(layout: str, workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    script = workspace.rivals / "reports_spark.py"
    return workspace.submit_script(script, layout, str(dataset.path), viewlog.DAY, str(out))


def comparison(engine: str, command: Callable[[str, Workspace, Dataset, Path], list[str]]) -> Comparison:
    return Comparison(
        title=f"reading a day of reports by {engine}, compacted and not",
        subject=Side("compacted", "a file per network and day", partial(command, "compacted")),
        rivals=(Side("by-window", "a file per network and minute", partial(command, "windows")),),
        prepare=reports,
        account=account,
        size="90MB",
    )


BENCHMARKS: dict[str, Benchmark] = {
    "viewlog-layout-duckdb": comparison("DuckDB", duckdb),
    "viewlog-layout-spark": comparison("Spark", spark),
}
