"""spark-submit show-hours.py DIR: how many rows each feed has in each hour, as a table."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import count, lit

session = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()


def hours(feed, kind, rows):
    name = lit(feed) if kind is None else kind
    return rows.groupBy(name.alias("feed"), "event_date", "event_hour").agg(count("*").alias("rows"))


events = session.read.parquet(f"{sys.argv[1]}/app-logs")
all_hours = (
    hours("sales-clicks", None, session.read.option("header", True).csv(f"{sys.argv[1]}/sales-clicks"))
    .union(hours("cab-clicks", None, session.read.parquet(f"{sys.argv[1]}/cab-clicks")))
    .union(hours("app-logs", events.eventType, events))
)
all_hours.groupBy("event_date", "event_hour").pivot("feed").sum("rows").orderBy("event_date", "event_hour").show()
session.stop()
