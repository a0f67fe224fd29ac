"""What every job does, on nothing: bin/setup-spark archives the classes that it loads."""

import sys
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, explode, from_json

with tempfile.TemporaryDirectory() as name:
    scratch = Path(name)
    (scratch / "in").mkdir()
    (scratch / "in" / "records.json").write_text('{"value": "{\\"id\\": 1, \\"items\\": [{\\"price\\": 1.5}]}"}\n')
    session = SparkSession.builder.getOrCreate()
    rows = (
        session.readStream.schema("value STRING")
        .json(str(scratch / "in"))
        .select(from_json("value", "id BIGINT, items ARRAY<STRUCT<price: DECIMAL(10, 2)>>").alias("record"))
        .select("record.id", explode("record.items").alias("item"))
        .where(col("id") > 0)
        .select("id", "item.price")
    )
    for form in ("csv", "json", "parquet"):
        (
            rows.writeStream.format(form)
            .option("path", str(scratch / form))
            .option("checkpointLocation", str(scratch / f"checkpoint-{form}"))
            .trigger(availableNow=True)
            .start()
            .awaitTermination()
        )
    if session.read.parquet(str(scratch / "parquet")).count() != 1:
        sys.exit("the row written was not read")
    session.stop()
