"""What a reader of a day's reports pays for a file per network and window, and for one per network and day."""

import json
import subprocess
from pathlib import Path

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.program import PythonScript, SparkSubmit, job
from harness.workspace import Workspace
from pipelines import viewlog

COMPACT = job(viewlog.JOB, "compact", viewlog.VALUES, "--before", "2026-01-02", "--grace", "1 day")
# A day and a bit, for the day's last minute to be closed by views.
SECONDS = 87_000
LEAST_RATE = 5


def reports(workspace: Workspace, size: int) -> Dataset:
    """The output of report and compact, in which a day of so many views lies both ways."""
    rate = max(LEAST_RATE, size // viewlog.BYTES_PER_VIEW // SECONDS)
    topic = viewlog.empty_topic(workspace, "viewlog_layout", rate * SECONDS)
    viewlog.fill(workspace, topic, rate, 0)
    out = workspace.empty_directory("viewlog-layout")
    for program in (viewlog.REPORT.program, COMPACT):
        command = program.command(workspace, input=topic, out=out)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    files = list(out.glob("reports/network_id=*/*/*.parquet"))
    return Dataset(out / "reports", topic.records, sum(file.stat().st_size for file in files))


def account(_: Dataset, out: Path) -> Account:
    rows, views = json.loads((out / "totals.json").read_text(encoding="utf-8"))
    return Account(rows, (views,), 0)


def comparison(engine: str, kind: type[PythonScript] | type[SparkSubmit], script: str) -> Comparison:
    arguments = ("{input.path}", viewlog.DAY, "{out}")
    return Comparison(
        title=f"reading a day of reports by {engine}, compacted and not",
        sides=(
            Side("compacted", "a file per network and day", kind(script, ("compacted", *arguments)), subject=True),
            Side("by-window", "a file per network and minute", kind(script, ("windows", *arguments))),
        ),
        prepare=reports,
        account=account,
        size="90MB",
    )


BENCHMARKS: dict[str, Benchmark] = {
    "viewlog-layout-duckdb": comparison("DuckDB", PythonScript, "reports_duckdb.py"),
    "viewlog-layout-spark": comparison("Spark", SparkSubmit, "reports_spark.py"),
}
