"""The readers of CSV and of typed rows, with all checks, beside Spark's own without any."""

import csv
import datetime
import json
import random
import subprocess
from pathlib import Path

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.generator import SEED, made_once
from harness.program import RIVALS, SparkSubmit
from harness.workspace import Workspace, python

BYTES_PER_SALE = 105
SALES_PER_FILE = 500_000
HEADER = ("id", "branch", "product", "price", "units", "rate", "online", "day", "at")
PRODUCTS = ("Tea, green", "Coffee", 'Pipe 5"', "Käse", "Bread and butter", "Milk")
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: sales
version: 1.0.0
status: active
schema:
  - name: sale
    properties:
      - {name: id, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1}}
      - {name: branch, logicalType: string, required: true, logicalTypeOptions: {minLength: 1, maxLength: 20}}
      - {name: product, logicalType: string}
      - {name: price, logicalType: number, physicalType: 'DECIMAL(9,2)', logicalTypeOptions: {minimum: 0}}
      - {name: units, logicalType: integer, physicalType: INT}
      - {name: rate, logicalType: number}
      - {name: online, logicalType: boolean}
      - {name: day, logicalType: date}
      - {name: at, logicalType: timestamp}
"""


def sales(workspace: Workspace, size: int) -> Dataset:
    """Good sales as CSV files, and the same as Parquet."""
    count = max(1000, size // BYTES_PER_SALE)

    def make(directory: Path) -> None:
        files = directory / "csv"
        files.mkdir(parents=True)
        (directory / "sale.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
        chance = random.Random(SEED)
        for begin in range(0, count, SALES_PER_FILE):
            with open(files / f"sales-{begin}.csv", "w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file, lineterminator="\n")
                rows.writerow(HEADER)
                rows.writerows(_sale(chance, number) for number in range(begin, min(begin + SALES_PER_FILE, count)))
        script = workspace.script("sales_parquet.py")
        subprocess.run([python(), str(script), str(files), str(directory / "parquet")], check=True)

    path = made_once(workspace.data / f"sales-{count}", make)
    return Dataset(path, count, sum(file.stat().st_size for file in (path / "csv").iterdir()))


def _sale(chance: random.Random, number: int) -> tuple[object, ...]:
    day = datetime.date(2026, 1, 1) + datetime.timedelta(days=chance.randrange(365))
    second = chance.randrange(86_400)
    time = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return (
        number + 1,
        f"branch-{chance.randrange(500)}",
        chance.choice(PRODUCTS),
        f"{chance.randrange(1_000_000) / 100:.2f}",
        chance.randrange(1, 50),
        f"{chance.random():.6f}",
        chance.choice(("true", "false")),
        day.isoformat(),
        f"{day}T{time}Z",
    )


def account(_: Dataset, out: Path) -> Account:
    rows, fingerprint = json.loads((out / "totals.json").read_text(encoding="utf-8"))
    return Account(rows, (fingerprint,), 0)


def reading(what: str) -> SparkSubmit:
    """Of a job's JAR, which has the readers, so that all sides start alike."""
    return SparkSubmit(
        "invoice-flattener", (what, "{input.path}", "{out}"), main="io.github.millrace.bench.readers.ReadMain"
    )


BENCHMARKS: dict[str, Benchmark] = {
    "csv-reader": Comparison(
        title="CSV files read by a contract, beside Spark's own reader",
        sides=(
            Side("checked", "Millrace", reading("checked-csv"), subject=True, note="all fields validated"),
            Side("spark", "Spark's CSV reader with a schema and no checks", reading("csv"), aim=0.8),
        ),
        prepare=sales,
        account=account,
        size="500MB",
    ),
    "row-reader": Comparison(
        title="typed rows of Parquet read by a contract, beside the same select",
        sides=(
            Side("checked", "Millrace", reading("checked-rows"), subject=True, note="all fields validated"),
            Side("select", "the same columns without checks", reading("rows"), aim=1.15),
        ),
        prepare=sales,
        account=account,
        size="500MB",
    ),
}
