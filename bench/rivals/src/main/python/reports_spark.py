"""Sums a day of reports by campaign with Spark: reports_spark.py compacted|windows REPORTS DAY OUTPUT."""

import json
import pathlib
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, count, lit, sum

layout, reports, day, out = sys.argv[1:]
spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
spark.conf.set("spark.sql.shuffle.partitions", 2)
if layout == "compacted":
    rows = spark.read.parquet(f"{reports}/_compacted/reports").where(col("day") == lit(day).cast("date"))
else:
    rows = spark.read.parquet(reports).where(col("minute_timestamp").cast("date") == lit(day).cast("date"))
totals = rows.groupBy("campaign_id").agg(count("*"), sum("total_count")).collect()
result = [0, 0]
for _, number, views in totals:
    result[0] += number
    result[1] += views
pathlib.Path(out, "totals.json").write_text(json.dumps(result), encoding="utf-8")
