"""Answers the SQL on standard input with a row on each line, as a JSON array. Runs where DuckDB is installed."""

import json
import sys

import duckdb

for row in duckdb.sql(sys.stdin.read()).fetchall():
    print(json.dumps(row, default=str))
