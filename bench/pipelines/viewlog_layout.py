"""What a reader of a day's reports pays for a file per network and window, and for one per network and day."""

import json
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.workspace import Workspace
from pipelines import viewlog

DAY = "2026-01-01"
NEXT_DAY = "2026-01-02"
# A day and a bit, for the day's last minute to be closed by views.
SECONDS = 87_000
LEAST_RATE = 5


@dataclass(frozen=True)
class Reports(Dataset):
    """
    path: the output of report and compact, in which the day lies both ways
    records: the views in it
    """


def reports(workspace: Workspace, size: int) -> Reports:
    """A day of reports, made and compacted by the job."""
    rate = max(LEAST_RATE, size // viewlog.BYTES_PER_VIEW // SECONDS)
    topic = viewlog.topic(workspace, "viewlog_layout", rate * SECONDS)
    subprocess.run(
        [*viewlog.generate(workspace, topic, rate, 0), "--start", f"{DAY}T00:00:00Z"],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    out = workspace.empty_directory("viewlog-layout")
    for command in (
        viewlog.report(workspace, topic, out),
        viewlog.job(workspace, "compact", topic, out, "--before", NEXT_DAY, "--grace", "1 day"),
    ):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    files = list(out.glob("network_id=*/*/*.parquet"))
    return Reports(out, topic.records, sum(file.stat().st_size for file in files))


def account(_: Dataset, out: Path) -> Account:
    rows, views = json.loads((out / "totals.json").read_text(encoding="utf-8"))
    return Account(rows, (views,), 0)


def duckdb(layout: str, workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    script = workspace.rivals / "reports_duckdb.py"
    return [str(workspace.tools / "bin" / "python"), str(script), layout, str(dataset.path), DAY, str(out)]


def spark(layout: str, workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    script = workspace.rivals / "reports_spark.py"
    return workspace.submit_script(script, layout, str(dataset.path), DAY, str(out))


def comparison(engine: str, command) -> Comparison:
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
