"""What is generated once, and the truth about it."""

import json
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.generator import made_once  # noqa: E402
from harness.process import Failed  # noqa: E402
from harness.truth import records, surplus  # noqa: E402
from pipelines.invoice import Invoices, account  # noqa: E402


class Directory(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)


class MadeOnceTest(Directory):
    def test_what_is_there_is_not_made_again(self) -> None:
        made: list[Path] = []

        def make(path: Path) -> None:
            made.append(path)
            path.mkdir()

        for _ in range(2):
            self.assertTrue(made_once(self.directory / "data", make).is_dir())
        self.assertEqual(len(made), 1)

    def test_what_is_not_whole_is_not_there(self) -> None:
        def fail(path: Path) -> None:
            path.mkdir()
            raise Failed("half of it")

        with self.assertRaises(Failed):
            made_once(self.directory / "data", fail)
        self.assertFalse((self.directory / "data").exists())
        made_once(self.directory / "data", Path.mkdir)


class SurplusTest(unittest.TestCase):
    expected = Counter(a=2, b=1)

    def surplus(self, exact: bool, **found: int) -> int:
        return surplus(Path("out"), "rows", self.expected, Counter(found), exact)

    def test_what_is_missing_fails_even_if_there_is_more_of_another(self) -> None:
        for exact in (True, False):
            with self.assertRaisesRegex(Failed, "^out: 1 rows are missing"):
                self.surplus(exact, a=1, b=5)

    def test_what_is_beyond_is_counted(self) -> None:
        self.assertEqual(self.surplus(True, a=2, b=1), 0)
        self.assertEqual(self.surplus(True, a=2, b=1, c=3), 3)
        self.assertEqual(self.surplus(False, a=4, b=1, c=3), 5)

    def test_exactly_means_not_twice(self) -> None:
        with self.assertRaisesRegex(Failed, "0 rows are missing, 2 are too many"):
            self.surplus(True, a=4, b=1, c=3)


class InvoicesTest(Directory):
    """Two good invoices, of two line items and one, around a bad one."""

    def setUp(self) -> None:
        super().setUp()
        data = self.directory / "data"
        data.mkdir()
        (data / "invoices-0.json").write_text("first\nbad\nsecond\n")
        truth = [{"summary": {}}]
        truth += [
            {"file": "invoices-0.json", "ordinal": ordinal, "id": id, "good": good, "items": items}
            for ordinal, (id, good, items) in enumerate([("1", True, 2), ("2", False, 3), ("3", True, 1)])
        ]
        truth.append({"file": "special-0.json", "ordinal": 0, "id": "4", "good": True, "items": 1})
        (data / "_truth.jsonl").write_text("".join(json.dumps(line) + "\n" for line in truth))
        self.invoices = Invoices(data, 3, 0)
        self.out = self.directory / "out"

    def wrote(self, destination: str, *invoices: str) -> None:
        (self.out / destination).mkdir(parents=True)
        rows = [f"{invoice},2,1.5,3.0\n" for invoice in invoices]
        (self.out / destination / "a.csv").write_text("InvoiceNumber,ItemQty,ItemPrice,TotalValue\n" + "".join(rows))

    def test_the_truth_begins_with_a_summary(self) -> None:
        self.assertEqual([record["id"] for record in records(self.invoices.truth)], ["1", "2", "3", "4"])

    def test_the_copy_has_no_bad_records(self) -> None:
        self.assertEqual((self.invoices.good / "invoices-0.json").read_text(), "first\nsecond\n")

    def test_rows_of_bad_invoices_are_counted_apart(self) -> None:
        self.wrote("hive", "1", "1", "3", "2")
        found = account(self.invoices, self.out)
        self.assertEqual((found.rows, found.fingerprint, found.surplus), (3, (6, 450, 900), 1))

    def test_a_lost_row_and_a_doubled_one_fail(self) -> None:
        self.wrote("hive", "1", "3", "3")
        with self.assertRaisesRegex(Failed, "1 rows of good invoices are missing, 1 are too many"):
            account(self.invoices, self.out)

    def test_the_other_destination_must_hold_the_same(self) -> None:
        self.wrote("hive", "1", "1", "3")
        self.wrote("cassandra", "1", "1", "3", "2")
        with self.assertRaisesRegex(Failed, "the two destinations differ"):
            account(self.invoices, self.out)


if __name__ == "__main__":
    unittest.main()
