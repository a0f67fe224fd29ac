"""Sums a day of reports by campaign with DuckDB: reports_duckdb.py compacted|windows REPORTS DAY OUTPUT."""

import json
import pathlib
import sys
import time

import duckdb

TYPES = "hive_partitioning = true, hive_types = {'network_id': INT, 'minute_timestamp': TIMESTAMP}"


def main() -> None:
    layout, reports, day, out = sys.argv[1:]
    start = time.perf_counter()
    database = duckdb.connect()
    database.execute("SET threads = 2")
    if layout == "compacted":
        table = f"read_parquet('{reports}/_compacted/reports/*/*/*.parquet', hive_partitioning = true)"
        where = f"day = DATE '{day}'"
    else:
        table = f"read_parquet('{reports}/network_id=*/*/*.parquet', {TYPES})"
        where = f"minute_timestamp >= DATE '{day}' AND minute_timestamp < DATE '{day}' + 1"
    totals = database.execute(
        f"SELECT campaign_id, count(*), sum(total_count) FROM {table} WHERE {where} GROUP BY campaign_id"
    ).fetchall()
    result = [sum(rows for _, rows, _ in totals), int(sum(views for _, _, views in totals))]
    pathlib.Path(out, "totals.json").write_text(json.dumps(result), encoding="utf-8")
    print(f"work: {time.perf_counter() - start:.3f} s")


main()
