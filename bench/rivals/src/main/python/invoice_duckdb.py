"""Flattens invoices with DuckDB, as its manual would: invoice_duckdb.py INPUT OUTPUT."""

import pathlib
import shutil
import sys
import time

import duckdb

COLUMNS = """{
    InvoiceNumber: 'VARCHAR', CreatedTime: 'BIGINT', StoreID: 'VARCHAR', PosID: 'VARCHAR',
    CustomerType: 'VARCHAR', PaymentMethod: 'VARCHAR', DeliveryType: 'VARCHAR',
    DeliveryAddress: 'STRUCT(City VARCHAR, State VARCHAR, PinCode VARCHAR)',
    InvoiceLineItems: 'STRUCT(ItemCode VARCHAR, ItemDescription VARCHAR, ItemPrice DOUBLE,
                              ItemQty INTEGER, TotalValue DOUBLE)[]'}"""


def main() -> None:
    source, target = map(pathlib.Path, sys.argv[1:])
    start = time.perf_counter()
    csv = target / "hive" / "lines.csv"
    csv.parent.mkdir(parents=True)
    database = duckdb.connect()
    database.execute("SET threads = 2")
    database.execute("SET preserve_insertion_order = false")
    database.execute(f"""
        COPY (
            SELECT InvoiceNumber, CreatedTime, StoreID, PosID, CustomerType, PaymentMethod, DeliveryType,
                   DeliveryAddress.City, DeliveryAddress.State, DeliveryAddress.PinCode, item.*
            FROM (SELECT *, unnest(InvoiceLineItems) AS item
                  FROM read_json('{source}/[!_.]*', format = 'newline_delimited', columns = {COLUMNS},
                                 ignore_errors = true)))
        TO '{csv}' (FORMAT csv, HEADER)""")
    second = target / "cassandra" / csv.name
    second.parent.mkdir()
    shutil.copyfile(csv, second)
    print(f"work: {time.perf_counter() - start:.3f} s")


main()
