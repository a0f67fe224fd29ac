"""Flattens invoices with Polars' streaming engine: invoice_polars.py INPUT OUTPUT."""

import pathlib
import shutil
import sys
import time

import polars as pl

SCHEMA = {
    "InvoiceNumber": pl.String,
    "CreatedTime": pl.Int64,
    "StoreID": pl.String,
    "PosID": pl.String,
    "CustomerType": pl.String,
    "PaymentMethod": pl.String,
    "DeliveryType": pl.String,
    "DeliveryAddress": pl.Struct({"City": pl.String, "State": pl.String, "PinCode": pl.String}),
    "InvoiceLineItems": pl.List(
        pl.Struct(
            {
                "ItemCode": pl.String,
                "ItemDescription": pl.String,
                "ItemPrice": pl.Float64,
                "ItemQty": pl.Int32,
                "TotalValue": pl.Float64,
            }
        )
    ),
}


def main() -> None:
    source, target = map(pathlib.Path, sys.argv[1:])
    start = time.perf_counter()
    csv = target / "hive" / "lines.csv"
    csv.parent.mkdir(parents=True)
    files = sorted(path for path in source.iterdir() if path.name[0] not in "._")
    pl.scan_ndjson(files, schema=SCHEMA).explode("InvoiceLineItems").unnest(
        "DeliveryAddress", "InvoiceLineItems"
    ).sink_csv(csv)
    second = target / "cassandra" / csv.name
    second.parent.mkdir()
    shutil.copyfile(csv, second)
    print(f"work: {time.perf_counter() - start:.3f} s")


main()
