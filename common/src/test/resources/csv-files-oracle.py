"""Reads CSV files by Python's own csv module: for each path on a line, a line of JSON with its rows."""

import csv
import json
import sys

csv.field_size_limit(sys.maxsize)
for path in sys.stdin:
    with open(path.strip(), newline="", encoding="utf-8-sig") as file:
        print(json.dumps(list(csv.reader(file))))
