"""Servers beside the measured programs."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.process import Failed  # noqa: E402
from harness.service import service  # noqa: E402


class ServiceTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def test_serves_until_its_input_is_closed(self) -> None:
        ended = self.directory / "ended"
        script = f"echo starting; echo ready: here:9; cat; touch {ended}"
        with service(["sh", "-c", script], self.directory / "log") as at:
            self.assertEqual(at, "here:9")
            self.assertFalse(ended.exists())
        self.assertTrue(ended.exists())

    def test_one_that_does_not_come_up_is_told_with_its_log(self) -> None:
        with self.assertRaisesRegex(Failed, "no port"):
            with service(["sh", "-c", "echo no port >&2; exit 1"], self.directory / "log"):
                self.fail("it is not ready")


if __name__ == "__main__":
    unittest.main()
