import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.stats import order, ratios, spread  # noqa: E402


class SpreadTest(unittest.TestCase):
    def test_median_and_range(self) -> None:
        found = spread([5, 1, 3, 2, 4])
        self.assertEqual((found.median, found.low, found.high), (3, 1, 5))
        self.assertEqual((found.quartile_low, found.quartile_high), (2, 4))

    def test_one_value_is_its_own_spread(self) -> None:
        found = spread([0.5])
        self.assertEqual((found.median, found.low, found.high, found.quartile_low), (0.5, 0.5, 0.5, 0.5))

    def test_is_shown_as_median_and_range(self) -> None:
        self.assertEqual(str(spread([0.804, 0.9, 0.7])), "0.80 (0.70 to 0.90)")


class RatiosTest(unittest.TestCase):
    def test_are_taken_pair_by_pair(self) -> None:
        # The machine was ten times slower in the second pair: the ratio does not see it.
        self.assertEqual(ratios([1, 10, 3], [2, 20, 6]).high, 0.5)

    def test_the_median_is_of_ratios_not_of_times(self) -> None:
        self.assertEqual(ratios([1, 4, 9], [1, 2, 9]).median, 1)

    def test_every_run_has_its_partner(self) -> None:
        with self.assertRaises(ValueError):
            ratios([1, 2], [1])

    def test_who_is_first_takes_turns(self) -> None:
        firsts = [order(pair)[0] for pair in range(4)]
        self.assertEqual(firsts, ["subject", "rival", "subject", "rival"])


if __name__ == "__main__":
    unittest.main()
