"""What is read from others' output."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.benchmark import Dataset, Side  # noqa: E402
from harness.comparison import Pairs  # noqa: E402
from harness.growth import Run, Step, marginal, peak_heap  # noqa: E402
from harness.process import Failed, Measurement, measure, work_seconds  # noqa: E402
from harness.profile import OTHER, Part, part_of, shares  # noqa: E402
from harness.program import PythonScript  # noqa: E402
from harness.size import format_size, parse_size  # noqa: E402


class WorkTest(unittest.TestCase):
    def test_is_told_in_a_line(self) -> None:
        self.assertEqual(work_seconds(b"batch 0: 5 read; 0.5 s\nwork: 1.250 s\n"), 1.25)

    def test_who_says_nothing_has_none(self) -> None:
        self.assertIsNone(work_seconds(b"Spark 4.2.1\n"))


class MeasureTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.log = Path(directory.name) / "log"

    def test_sees_memory_and_cpu_time_of_a_grandchild(self) -> None:
        program = "x = bytearray(200_000_000); x[::4096] = b'1' * len(x[::4096]); sum(range(3_000_000))"
        run = measure(["sh", "-c", f'{sys.executable} -c "{program}"; echo work: 0.5 s'], self.log)
        self.assertGreater(run.peak_memory, 200_000_000)
        self.assertGreater(run.cpu, 0)
        self.assertEqual(run.work, 0.5)

    def test_reads_the_line_that_the_side_says_or_none(self) -> None:
        told = ["sh", "-c", "echo work: 0.5 s; echo Time: 7.25 ms"]
        self.assertEqual(measure(told, self.log, re.compile(rb"^Time: (.*) ms$", re.MULTILINE)).work, 7.25)
        self.assertIsNone(measure(told, self.log, None).work)

    def test_a_failure_is_told_with_its_output(self) -> None:
        with self.assertRaisesRegex(Failed, "(?s)status 3.*no such thing"):
            measure(["sh", "-c", "echo no such thing; exit 3"], self.log)


class PairsTest(unittest.TestCase):
    def pairs(self, aim: float, subject: float, rival: float) -> Pairs:
        side = Side("rival", "", PythonScript("", ()), aim=aim)
        return Pairs(side, [Measurement(subject, None, 1, 1)], [Measurement(rival, 2, 1, 1)])

    def test_an_aim_is_judged_by_the_whole_time(self) -> None:
        self.assertEqual(self.pairs(0.85, 8, 10).verdict(), "≤ 0.85: met")
        self.assertEqual(self.pairs(0.85, 9, 10).verdict(), "≤ 0.85: missed")

    def test_there_is_no_ratio_where_one_side_says_nothing(self) -> None:
        self.assertIsNone(self.pairs(1, 1, 1).ratio("work"))


class GrowthTest(unittest.TestCase):
    def test_the_peak_is_what_a_collection_left(self) -> None:
        log = (
            "[1s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 512M->120M(1024M) 5.1ms\n"
            "[2s][info][gc] GC(1) Concurrent Mark Cycle 3.0ms\n"
            "[3s][info][gc] GC(1) Pause Remark 900M->80M(1024M) 1.0ms\n"
        )
        self.assertEqual(peak_heap(log), 120 << 20)
        log += "[4s][info][gc] GC(2) Pause Full (Allocation Failure) 512M->70M(1024M) 50.0ms\n"
        self.assertEqual(peak_heap(log), 70 << 20)

    def test_a_record_more_does_not_pay_for_the_start(self) -> None:
        def step(records: int, cpu: float) -> Step:
            return Step(Dataset(Path(), records, 0), [Run(Measurement(0, None, cpu, 0), 0, 0)])

        self.assertAlmostEqual(marginal(step(100, 10.001), step(1100, 10.011)), 10)


class ProfileTest(unittest.TestCase):
    def test_a_sample_belongs_to_the_first_frame_that_a_part_owns(self) -> None:
        parts = (Part("json", re.compile("json")), Part("sink", re.compile("sink")))
        self.assertEqual(part_of(["java.copy", "sink.write", "json.read"], parts), "sink")
        self.assertEqual(part_of(["java.copy"], parts), OTHER)

    def test_shares_are_largest_first(self) -> None:
        self.assertEqual(shares(["a", "b", "b", "b"]), [("b", 0.75), ("a", 0.25)])


class SizeTest(unittest.TestCase):
    def test_read_and_shown(self) -> None:
        self.assertEqual(parse_size("1GB"), 10**9)
        self.assertEqual(parse_size("0.1 GB"), 10**8)
        self.assertEqual(format_size(999_400_000), "999 MB")
        self.assertEqual(format_size(999_999_840), "1 GB")

    def test_a_word_is_no_size(self) -> None:
        with self.assertRaisesRegex(ValueError, "write it as"):
            parse_size("big")


if __name__ == "__main__":
    unittest.main()
