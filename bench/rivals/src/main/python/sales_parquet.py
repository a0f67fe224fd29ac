"""The sales of CSV files as Parquet, by DuckDB. Arguments: the directory of the files, that of the output."""

import sys
from pathlib import Path

import duckdb

TYPES = {
    "id": "BIGINT",
    "branch": "VARCHAR",
    "product": "VARCHAR",
    "price": "DECIMAL(9,2)",
    "units": "INTEGER",
    "rate": "DOUBLE",
    "online": "BOOLEAN",
    "day": "DATE",
    "at": "TIMESTAMPTZ",
}

source, target = map(Path, sys.argv[1:])
target.mkdir()
for file in source.iterdir():
    sales = duckdb.read_csv(str(file), header=True, dtype=TYPES)
    sales.write_parquet(str(target / f"{file.stem}.parquet"), compression="snappy")
