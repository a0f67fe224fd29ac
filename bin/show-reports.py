"""spark-submit show-reports.py DIR: minute reports as a table, the latest first."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import desc
from pyspark.sql.functions import round as rounded

session = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
reports = session.read.parquet(sys.argv[1])
reports.select(
    "minute_timestamp", "network_id", "campaign_id", rounded("avg_duration", 3).alias("avg_duration"), "total_count"
).orderBy(desc("minute_timestamp"), "network_id", "campaign_id").show(28)
print(f"{reports.count():,} rows in all")
session.stop()
