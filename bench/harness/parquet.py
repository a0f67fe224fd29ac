"""What is in Parquet files."""

import json
import subprocess
from pathlib import Path
from typing import Sequence

from harness.workspace import python


def query(columns: str, files: Sequence[Path], grouped: bool = False) -> list[list]:
    """The rows of these files; columns are SQL, and `filename` is one. Grouped, by all that is no aggregate."""
    if not files:
        return []
    names = ", ".join(f"'{file}'" for file in files)
    options = "filename = true, hive_partitioning = false, union_by_name = true"
    sql = f"SELECT {columns} FROM read_parquet([{names}], {options})" + (" GROUP BY ALL" if grouped else "")
    script = Path(__file__).with_name("duckdb_rows.py")
    told = subprocess.run([python(), script], input=sql, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [json.loads(line) for line in told.splitlines()]
