"""invoice-flattener flatten."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.growth import Growth
from harness.process import Failed
from harness.profile import Part, Profile
from harness.workspace import Workspace, jdk, jvm

BYTES_PER_INVOICE = 934
BAD_SHARE = 0.005
SEED = 1
TRUTH = "_truth.jsonl"
RIVALS = "io.github.millrace.bench"

csv.field_size_limit(1 << 30)


# Input


def invoices(workspace: Workspace, size: int) -> Dataset:
    """Invoices of which some are malformed, a file for each 60 MB."""
    return _generate(workspace, max(1000, size // BYTES_PER_INVOICE), BAD_SHARE)


def one_tiny_file(workspace: Workspace, _: int) -> Dataset:
    return _generate(workspace, 10, 0, "--files", "1")


def _generate(workspace: Workspace, count: int, bad_share: float, *options: str) -> Dataset:
    data = workspace.data / f"invoices-{count}-{bad_share}"
    if not data.exists():
        partial = data.with_name(data.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run(
            [jdk("java"), "-jar", workspace.jar("datagen"), "invoices", "--to", partial, *options]
            + ["--count", str(count), "--seed", str(SEED), "--bad-share", str(bad_share)],
            stdout=subprocess.DEVNULL,
            check=True,
        )
        # An archive that ends early, UTF-16, a record of 20 MB: what makes a rival stop altogether.
        for special in partial.glob("special-*"):
            special.unlink()
        partial.rename(data)
    return Dataset(data, count, sum(file.stat().st_size for file in _files(data)))


def _files(data: Path) -> list[Path]:
    return sorted(data.glob("invoices-*.json"))


def without_bad_records(dataset: Dataset) -> Path:
    """A copy for a side that cannot read malformed lines at all."""
    copy = dataset.path.with_name(dataset.path.name + "-good")
    if not copy.exists():
        bad: dict[str, set[int]] = defaultdict(set)
        with open(dataset.path / TRUTH, encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if not record.get("good", True):
                    bad[record["file"]].add(record["ordinal"])
        partial = copy.with_name(copy.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        for file in _files(dataset.path):
            with open(file, "rb") as source, open(partial / file.name, "wb") as target:
                target.writelines(line for number, line in enumerate(source) if number not in bad[file.name])
        partial.rename(copy)
    return copy


# What was written


@cache
def expected_items(data: Path) -> Counter[str]:
    """The line items of each good invoice."""
    items: Counter[str] = Counter()
    names = {file.name for file in _files(data)}
    with open(data / TRUTH, encoding="utf-8") as lines:
        next(lines)
        for record in map(json.loads, lines):
            if record["good"] and record["file"] in names:
                items[record["id"]] += record["items"]
    return items


def account(dataset: Dataset, out: Path) -> Account:
    """Judges one destination by the truth, and holds the other to it where there is one."""
    hive = _read(dataset, out / "hive")
    if (out / "cassandra").exists() and _read(dataset, out / "cassandra") != hive:
        raise Failed(f"{out}: the two destinations differ")
    return hive


def _read(dataset: Dataset, directory: Path) -> Account:
    expected = expected_items(dataset.path)
    found: Counter[str] = Counter()
    surplus = quantity = cents = price_cents = 0
    for file in directory.glob("*.csv"):
        with open(file, encoding="utf-8", errors="replace", newline="") as lines:
            rows = csv.reader(lines)
            place = {name: number for number, name in enumerate(next(rows))}
            invoice, price, items, total = (
                place[name] for name in ("InvoiceNumber", "ItemPrice", "ItemQty", "TotalValue")
            )
            for row in rows:
                if row[invoice] not in expected:
                    surplus += 1
                    continue
                found[row[invoice]] += 1
                quantity += int(row[items])
                price_cents += round(100 * float(row[price]))
                cents += round(100 * float(row[total]))
    if found != expected:
        lost, doubled = (expected - found).total(), (found - expected).total()
        raise Failed(f"{directory}: {lost:,} rows of good invoices are missing, {doubled:,} are too many")
    return Account(found.total(), (quantity, price_cents, cents), surplus)


# Sides


def flatten(workspace: Workspace, dataset: Dataset, out: Path, *, memory: str = "4g", java: str = "") -> list[str]:
    settings = {
        "input.path": dataset.path,
        "output.hive": out / "hive",
        "output.cassandra": out / "cassandra",
        "checkpoint": out / "checkpoint",
        "trigger": "availableNow",
    }
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    return workspace.submit("invoice-flattener", "flatten", *options, memory=memory, java=java)


def spark_rival(main: str, quick_start: bool = True):
    def command(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
        arguments = (str(dataset.path), str(out))
        return workspace.submit("bench-rivals", *arguments, main=f"{RIVALS}.{main}", quick_start=quick_start)

    return command


def jackson(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    jars = [workspace.jar("bench-rivals"), *workspace.spark.glob("jars/jackson-core-[0-9]*.jar")]
    return [*jvm(), "-cp", ":".join(map(str, jars)), f"{RIVALS}.invoice.JacksonMain"] + [
        str(dataset.path),
        str(out),
    ]


def duckdb(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    return _script(workspace, "invoice_duckdb.py", dataset.path, out)


def polars(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    return _script(workspace, "invoice_polars.py", without_bad_records(dataset), out)


def _script(workspace: Workspace, name: str, source: Path, out: Path) -> list[str]:
    return [str(workspace.tools / "bin" / "python"), str(workspace.rivals / name), str(source), str(out)]


FLATTEN = Side(
    "flatten",
    "Millrace",
    flatten,
    note="validates every field, quarantines with reasons, writes two destinations, keeps a ledger",
)

LOCAL = "--master local[2] --driver-memory 4g --conf spark.ui.enabled=false --conf spark.log.level=WARN"


def submit_flatten(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    """As bin/submit does it."""
    plain = flatten(workspace, dataset, out)
    jar = str(workspace.jar("invoice-flattener"))
    return [str(workspace.root / "bin" / "submit"), *plain[plain.index(jar) :]]


def submit_empty(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
    jar = str(workspace.jar("bench-rivals"))
    return [str(workspace.root / "bin" / "submit"), jar, str(dataset.path), str(out)]


SUBMITTED = Side(
    "flatten",
    "Millrace by bin/submit",
    submit_flatten,
    note="by bin/submit, which shares archived class data",
    environment={"SPARK_SUBMIT_OPTS_EXTRA": LOCAL},
)

EMPTY_SIDES = (
    Side(
        "empty",
        "a session that does nothing, by spark-submit without class data",
        spark_rival("EmptySessionMain", quick_start=False),
        aim=1.3,
        accounted=False,
    ),
    Side(
        "empty-shared",
        "the same by bin/submit, with the class data shared too",
        submit_empty,
        accounted=False,
        environment={"SPARK_SUBMIT_OPTS_EXTRA": f"--class {RIVALS}.EmptySessionMain {LOCAL}"},
    ),
)

RIVAL_SIDES = (
    Side(
        "bare",
        "read with schema, explode, one CSV by Spark",
        spark_rival("invoice.BareMain"),
        aim=0.85,
        note="one destination; a field that does not fit becomes null without a word",
    ),
    Side(
        "tutorial",
        "a Spark streaming query for each destination",
        spark_rival("invoice.TutorialMain"),
        aim=1 / 2.5,
        note="parses everything twice; a field that does not fit becomes null without a word",
    ),
    Side(
        "duckdb",
        "the same rows by DuckDB, validation left out",
        duckdb,
        aim=3,
        note="the file is copied for the second destination; leaves out or nulls what does not fit",
    ),
    Side(
        "polars",
        "the same rows by Polars, validation left out",
        polars,
        note="reads a copy of the input without the bad records, as it stops at text that is not UTF-8; the file is"
        " copied for the second destination",
        environment={"POLARS_MAX_THREADS": "2"},
    ),
    Side(
        "jackson",
        "the floor: plain Java and Jackson, validation left out",
        jackson,
        note="a process with two threads, without a framework; checks no type; the files are copied for the second"
        " destination",
    ),
)

MEMORY = "1g"


def with_gc_log(log: Path) -> Side:
    def command(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
        return flatten(workspace, dataset, out, memory=MEMORY, java=f"-Xlog:gc:file={log}")

    return Side("flatten", "Millrace", command, note=f"Every size runs in the same heap of {MEMORY}.")


def with_recording(recording: Path) -> Side:
    def command(workspace: Workspace, dataset: Dataset, out: Path) -> list[str]:
        return flatten(
            workspace, dataset, out, java=f"-XX:StartFlightRecording=filename={recording},settings=profile"
        )

    return Side("flatten", "Millrace", command)


PARTS = (
    Part("tokens: Jackson", re.compile(r"com\.fasterxml\.jackson")),
    Part("values, rules, rows: the contract's parser", re.compile(r"io\.github\.millrace\.contract")),
    Part("finding records in files", re.compile(r"io\.github\.millrace\.stream")),
    Part("routing and CSV", re.compile(r"io\.github\.millrace\.publish")),
    Part("Spark's generated code: explode, projections", re.compile(r".*\.GeneratedClass\$|.*\$GeneratedIterator")),
    Part("Spark's own expressions and rows", re.compile(r"org\.apache\.spark\.(sql\.catalyst|unsafe)")),
    Part("file system", re.compile(r"org\.apache\.hadoop|sun\.nio\.(ch|fs)|java\.io\.File")),
    Part("the rest of Spark", re.compile(r"org\.apache\.spark")),
)

BENCHMARKS: dict[str, Benchmark] = {
    "invoice": Comparison(
        title="invoice-flattener flatten, beside what a user would run instead",
        subject=FLATTEN,
        rivals=RIVAL_SIDES,
        prepare=invoices,
        account=account,
        size="1GB",
    ),
    "invoice-startup": Comparison(
        title="invoice-flattener flatten on one tiny file, beside an empty spark-submit",
        subject=SUBMITTED,
        rivals=EMPTY_SIDES,
        prepare=one_tiny_file,
        account=account,
        size="10kB",
    ),
    "invoice-memory": Growth(
        title="invoice-flattener flatten: memory and CPU time as the input grows",
        side=with_gc_log,
        prepare=invoices,
        sizes="0.1GB,1GB,5GB",
    ),
    "invoice-profile": Profile(
        title="invoice-flattener flatten: where its time goes",
        side=with_recording,
        prepare=invoices,
        size="1GB",
        parts=PARTS,
        threads=re.compile("Executor task launch worker"),
    ),
}
