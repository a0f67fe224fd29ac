"""What the views' benchmark makes of output and truth."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.latency import delays  # noqa: E402
from harness.process import Failed  # noqa: E402
from pipelines.viewlog import Views, account, partitions  # noqa: E402

SECOND = 1_000_000


class AccountTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.out = Path(directory.name)
        self.topic = Views(self.out, 4, 0, "", "view_log")
        self.topic.campaigns.write_text("network_id,campaign_id,campaign_name\n1,10,A\n2,20,B\n")
        views = [(10, 0, 30), (10, 0, 20), (20, 10, 59), (10, 170, 179)]
        lines = [{"summary": {}}]
        lines += [
            {"outcome": "good", "campaign": campaign, "start": start * SECOND, "end": end * SECOND}
            for campaign, start, end in views
        ]
        lines.append({"outcome": "bad", "campaign": 10, "start": 0, "end": 0})
        self.topic.truth.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def wrote(self, *rows: str) -> None:
        header = "network_id,minute_timestamp,campaign_id,avg_duration,total_count\n"
        reports = self.out / "reports" / "reports.csv"
        reports.parent.mkdir()
        reports.write_text(header + "".join(row + "\n" for row in rows))

    def test_the_last_two_minutes_are_open(self) -> None:
        self.wrote("1,1970-01-01T00:00:00Z,10,25.0,2", "2,1970-01-01 00:00:00,20,49.0,1")
        found = account(self.topic, self.out)
        self.assertEqual((found.rows, found.fingerprint, found.surplus), (2, (3,), 0))

    def test_views_that_are_too_many_are_of_bad_records(self) -> None:
        self.wrote("1,1970-01-01T00:00:00Z,10,9.0,5", "2,1970-01-01T00:00:00Z,20,49.0,1")
        self.assertEqual(account(self.topic, self.out).surplus, 3)

    def test_a_lost_view_fails(self) -> None:
        self.wrote("1,1970-01-01T00:00:00Z,10,25.0,1")
        with self.assertRaisesRegex(Failed, "2 good views are missing"):
            account(self.topic, self.out)

    def test_a_report_that_is_there_twice_fails(self) -> None:
        self.wrote("2,1970-01-01T00:00:00Z,20,49.0,1", "2,1970-01-01T00:00:00Z,20,49.0,1")
        with self.assertRaisesRegex(Failed, "twice"):
            account(self.topic, self.out)

    def test_a_wrong_average_fails(self) -> None:
        self.wrote("1,1970-01-01T00:00:00Z,10,25.1,2", "2,1970-01-01T00:00:00Z,20,49.0,1")
        with self.assertRaisesRegex(Failed, "average 25.1, not 25.0"):
            account(self.topic, self.out)


class PartitionsTest(unittest.TestCase):
    def test_are_read_from_the_path_and_hidden_files_passed_over(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            out = Path(name)
            directory = out / "network_id=3" / "minute_timestamp=1970-01-01 00%3A02%3A00"
            directory.mkdir(parents=True)
            (directory / "part-0").touch()
            (directory / ".part-1.inprogress").touch()
            self.assertEqual(list(partitions(out)), [(directory / "part-0", 3, 2)])


class DelaysTest(unittest.TestCase):
    def test_an_interval_is_there_with_its_last_part(self) -> None:
        seen = {(Path("a"), 60.0): 133.0, (Path("b"), 60.0): 134.0, (Path("a"), 120.0): 190.5, (Path("a"), 0.0): 99.0}
        self.assertEqual(delays(seen, after=10, due=70), [4.0, 0.5])


if __name__ == "__main__":
    unittest.main()
