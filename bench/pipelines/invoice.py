"""invoice-flattener flatten."""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.generator import generate, made_once
from harness.growth import Growth
from harness.process import Failed
from harness.profile import GENERATED, PARSING, SPARK, Part, Profile
from harness.program import RIVALS, Jvm, PythonScript, SparkSubmit, job
from harness.startup import startup
from harness.truth import records, surplus
from harness.workspace import Workspace

BYTES_PER_INVOICE = 934
BAD_SHARE = 0.005
MEMORY = "1g"
MAINS = "io.github.millrace.bench.invoice"

csv.field_size_limit(1 << 30)


# Input


@dataclass(frozen=True)
class Invoices(Dataset):
    @property
    def truth(self) -> Path:
        return self.path / "_truth.jsonl"

    @property
    def files(self) -> list[Path]:
        return sorted(self.path.glob("invoices-*.json"))

    @property
    def good(self) -> Path:
        """A copy for a side that cannot read malformed lines at all; made when it is asked for first."""
        return made_once(self.path.with_name(self.path.name + "-good"), self._copy_good)

    def _copy_good(self, copy: Path) -> None:
        bad: dict[str, set[int]] = defaultdict(set)
        for record in records(self.truth):
            if not record["good"]:
                bad[record["file"]].add(record["ordinal"])
        copy.mkdir()
        for file in self.files:
            with open(file, "rb") as source, open(copy / file.name, "wb") as target:
                target.writelines(line for number, line in enumerate(source) if number not in bad[file.name])


def invoices(workspace: Workspace, size: int) -> Invoices:
    """Invoices of which some are malformed, a file for each 60 MB."""
    return _invoices(workspace, max(1000, size // BYTES_PER_INVOICE), BAD_SHARE)


def one_tiny_file(workspace: Workspace, _: int) -> Invoices:
    return _invoices(workspace, 10, 0, files=1)


def _invoices(workspace: Workspace, count: int, bad_share: float, **more: object) -> Invoices:
    def make(directory: Path) -> None:
        generate(workspace, "invoices", {"to": directory, "count": count, "bad-share": bad_share, **more})
        # An archive that ends early, UTF-16, a record of 20 MB: what makes a rival stop altogether.
        for special in directory.glob("special-*"):
            special.unlink()

    path = made_once(workspace.data / f"invoices-{count}-{bad_share}", make)
    return Invoices(path, count, sum(file.stat().st_size for file in path.glob("invoices-*.json")))


# What was written


@cache
def expected_items(dataset: Invoices) -> Counter[str]:
    """The line items of each good invoice."""
    items: Counter[str] = Counter()
    names = {file.name for file in dataset.files}
    for record in records(dataset.truth):
        if record["good"] and record["file"] in names:
            items[record["id"]] += record["items"]
    return items


def account(dataset: Invoices, out: Path) -> Account:
    """Judges one destination by the truth, and holds the other to it where there is one."""
    hive = _read(dataset, out / "hive")
    if (out / "cassandra").exists() and _read(dataset, out / "cassandra") != hive:
        raise Failed(f"{out}: the two destinations differ")
    return hive


def _read(dataset: Invoices, directory: Path) -> Account:
    expected = expected_items(dataset)
    found: Counter[str] = Counter()
    quantity = cents = price_cents = 0
    for file in directory.glob("*.csv"):
        with open(file, encoding="utf-8", errors="replace", newline="") as lines:
            rows = csv.reader(lines)
            place = {name: number for number, name in enumerate(next(rows))}
            invoice, price, items, total = (
                place[name] for name in ("InvoiceNumber", "ItemPrice", "ItemQty", "TotalValue")
            )
            for row in rows:
                found[row[invoice]] += 1
                if row[invoice] not in expected:
                    continue
                quantity += int(row[items])
                price_cents += round(100 * float(row[price]))
                cents += round(100 * float(row[total]))
    beyond = surplus(directory, "rows of good invoices", expected, found, exact=True)
    return Account(expected.total(), (quantity, price_cents, cents), beyond)


# Sides

FLATTEN = Side(
    "flatten",
    "Millrace",
    job(
        "invoice-flattener",
        "flatten",
        {
            "input.path": "{input.path}",
            "output.hive": "{out}/hive",
            "output.cassandra": "{out}/cassandra",
            "checkpoint": "{out}/checkpoint",
            "trigger": "availableNow",
        },
    ),
    subject=True,
    note="validates every field, quarantines with reasons, writes two destinations, keeps a ledger",
)

ARGUMENTS = ("{input.path}", "{out}")

RIVAL_SIDES = (
    Side(
        "bare",
        "read with schema, explode, one CSV by Spark",
        SparkSubmit(RIVALS, ARGUMENTS, main=f"{MAINS}.BareMain"),
        aim=0.85,
        note="one destination; a field that does not fit becomes null without a word",
    ),
    Side(
        "tutorial",
        "a Spark streaming query for each destination",
        SparkSubmit(RIVALS, ARGUMENTS, main=f"{MAINS}.TutorialMain"),
        aim=1 / 2.5,
        note="parses everything twice; a field that does not fit becomes null without a word",
    ),
    Side(
        "duckdb",
        "the same rows by DuckDB, validation left out",
        PythonScript("invoice_duckdb.py", ARGUMENTS),
        aim=3,
        note="the file is copied for the second destination; leaves out or nulls what does not fit",
    ),
    Side(
        "polars",
        "the same rows by Polars, validation left out",
        PythonScript("invoice_polars.py", ("{input.good}", "{out}"), environment={"POLARS_MAX_THREADS": "2"}),
        note="reads a copy of the input without the bad records, as it stops at text that is not UTF-8; the file is"
        " copied for the second destination",
    ),
    Side(
        "jackson",
        "the floor: plain Java and Jackson, validation left out",
        Jvm(RIVALS, f"{MAINS}.JacksonMain", ARGUMENTS, libraries=("jackson-core",)),
        note="a process with two threads, without a framework; checks no type; the files are copied for the second"
        " destination",
    ),
)

PARTS = (
    *PARSING,
    Part("finding records in files", re.compile(r"io\.github\.millrace\.source\.file")),
    Part("routing and CSV", re.compile(r"io\.github\.millrace\.publish")),
    Part("Spark's generated code: explode, projections", GENERATED),
    *SPARK,
)

BENCHMARKS: dict[str, Benchmark] = {
    "invoice": Comparison(
        title="invoice-flattener flatten, beside what a user would run instead",
        sides=(FLATTEN, *RIVAL_SIDES),
        prepare=invoices,
        account=account,
        size="1GB",
    ),
    "invoice-startup": startup(
        title="invoice-flattener flatten on one tiny file, beside an empty spark-submit",
        subject=FLATTEN,
        prepare=one_tiny_file,
        account=account,
        size="10kB",
    ),
    "invoice-memory": Growth(
        title="invoice-flattener flatten: memory and CPU time as the input grows",
        subject=replace(FLATTEN, note=f"Every size runs in the same heap of {MEMORY}.").using(memory=MEMORY),
        prepare=invoices,
        sizes="0.1GB,1GB,5GB",
    ),
    "invoice-profile": Profile(
        title="invoice-flattener flatten: where its time goes",
        subject=FLATTEN,
        prepare=invoices,
        size="1GB",
        parts=PARTS,
    ),
}
