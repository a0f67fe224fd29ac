"""What the benchmark of landing makes of output and truth."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.process import Failed  # noqa: E402
from harness.workspace import python  # noqa: E402
from pipelines.clickstream import Events, account  # noqa: E402

HOUR = 3_600_000_000


class AccountTest(unittest.TestCase):
    def setUp(self) -> None:
        if not Path(python()).exists():
            self.skipTest("bench/setup has not set up DuckDB")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.out = Path(directory.name)
        self.topic = Events(self.out, 3, 0, "", "app_logs")
        lines = [{"summary": {}}]
        lines += [
            {"outcome": "good", "time": hour * HOUR + 5, "says": {"eventType": kind}}
            for kind, hour in (("purchase", 1), ("purchase", 1), ("addToCart", 2))
        ]
        lines.append({"outcome": "bad", "time": 0, "says": {"eventType": "purchase"}})
        self.topic.truth.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def wrote(self, kind: str, hour: int, rows: int) -> None:
        directory = self.out / "landed" / "app-logs" / f"eventType={kind}" / "event_date=1970-01-01" / f"event_hour={hour:02}"
        directory.mkdir(parents=True)
        (directory / "_SUCCESS").touch()
        select = f"SELECT make_timestamp({hour * HOUR} + range) AS timestamp FROM range({rows})"
        sql = f"COPY ({select}) TO '{directory}/a.parquet'"
        subprocess.run([python(), "-c", "import duckdb, sys; duckdb.sql(sys.argv[1])", sql], check=True)

    def test_all_that_is_good_is_there(self) -> None:
        self.wrote("purchase", 1, 2)
        self.wrote("addToCart", 2, 1)
        found = account(self.topic, self.out)
        self.assertEqual((found.rows, found.fingerprint, found.surplus), (3, (3,), 0))

    def test_rows_that_are_too_many_are_of_bad_records(self) -> None:
        self.wrote("purchase", 1, 2)
        self.wrote("addToCart", 2, 3)
        self.assertEqual(account(self.topic, self.out).surplus, 2)

    def test_a_row_in_another_hour_is_missing_in_its_own(self) -> None:
        self.wrote("purchase", 2, 2)
        self.wrote("addToCart", 2, 1)
        with self.assertRaisesRegex(Failed, "2 good events are missing"):
            account(self.topic, self.out)


if __name__ == "__main__":
    unittest.main()
