"""A subject beside its rivals, in alternating pairs."""

import statistics
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Callable, Sequence

from harness.benchmark import Account, Dataset, Options, Result, Side, run_side
from harness.machine import revision
from harness.process import Failed, Measurement
from harness.size import format_size, parse_size
from harness.stats import Spread, order, ratios
from harness.workspace import Workspace


@dataclass(frozen=True)
class Pairs:
    """The runs of the subject and of one rival; the n-th of both belong together."""

    rival: Side
    subject_runs: list[Measurement] = field(default_factory=list)
    rival_runs: list[Measurement] = field(default_factory=list)

    def ratio(self, of: str) -> Spread | None:
        mine = [getattr(run, of) for run in self.subject_runs]
        theirs = [getattr(run, of) for run in self.rival_runs]
        return None if None in mine + theirs else ratios(mine, theirs)

    def ratios(self) -> dict[str, Spread | None]:
        return {of: self.ratio(of) for of in ("wall", "work", "cpu", "peak_memory")}

    def verdict(self) -> str:
        if self.rival.aim is None:
            return ""
        met = "met" if self.ratio("wall").median <= self.rival.aim else "missed"
        return f"≤ {self.rival.aim:.2f}: {met}"


def rates(records: int, subject: str, measured: Sequence[Pairs]) -> dict[str, float]:
    """The records per second of each side, by the median of all its runs."""
    walls = {subject: [run.wall for pairs in measured for run in pairs.subject_runs]}
    walls |= {pairs.rival.name: [run.wall for run in pairs.rival_runs] for pairs in measured}
    return {side: records / statistics.median(seconds) for side, seconds in walls.items()}


@dataclass(frozen=True)
class Comparison:
    """
    sides: the subject and its rivals
    prepare: makes the input of a size, or finds it made
    account: what a side wrote to its output directory, judged by the truth
    """

    title: str
    sides: tuple[Side, ...]
    prepare: Callable[[Workspace, int], Dataset]
    account: Callable[[Dataset, Path], Account]
    size: str
    pairs: int = 7

    @property
    def subject(self) -> Side:
        (subject,) = (side for side in self.sides if side.subject)
        return subject

    @property
    def rivals(self) -> tuple[Side, ...]:
        return tuple(side for side in self.sides if not side.subject)

    def with_earlier(self, checkout: Path) -> "Comparison":
        """The same beside the subject as another checkout has it built."""
        title = f"`{self.subject.name}` of {revision(checkout)}"
        earlier = replace(self.subject, name="earlier", title=title, subject=False, note="", checkout=checkout)
        return replace(self, sides=(*self.sides, earlier))

    def run(self, workspace: Workspace, options: Options, say: Callable[[str], None]) -> Result:
        rivals = self._chosen(options.sides)
        count = options.pairs or self.pairs
        dataset = self.prepare(workspace, parse_size(options.size or self.size))
        say(f"input: {dataset.records:,} records, {format_size(dataset.size)}")
        accounts = self._warm_up(workspace, dataset, (self.subject, *rivals), say)
        measured = [self._measure(workspace, dataset, rival, count, say) for rival in rivals]
        return Result(self._raw(dataset, accounts, measured), self._table(dataset, accounts, measured, count))

    def _chosen(self, names: tuple[str, ...] | None) -> list[Side]:
        unknown = set(names or ()) - {rival.name for rival in self.rivals}
        if unknown:
            known = ", ".join(rival.name for rival in self.rivals)
            raise ValueError(f"--sides: no {', '.join(sorted(unknown))}; there are {known}")
        return [rival for rival in self.rivals if names is None or rival.name in names]

    def _warm_up(
        self, workspace: Workspace, dataset: Dataset, sides: tuple[Side, ...], say: Callable[[str], None]
    ) -> dict[str, Account]:
        """Runs every side once, which fills the caches, and checks that all did the same work."""
        accounts: dict[str, Account] = {}
        for side in sides:
            run, out = run_side(workspace, side, dataset)
            say(f"warm-up {side.name}: {run.wall:.1f} s")
            if side.accounted:
                account = self.account(dataset, out)
                accounts[side.name] = account
                expected = accounts[self.subject.name]
                if (account.rows, account.fingerprint) != (expected.rows, expected.fingerprint):
                    raise Failed(f"{side.name} did other work than {self.subject.name}: {account}, not {expected}")
        if self.subject.name in accounts and accounts[self.subject.name].surplus:
            raise Failed(f"{self.subject.name} wrote rows of bad records: {accounts[self.subject.name]}")
        return accounts

    def _measure(
        self, workspace: Workspace, dataset: Dataset, rival: Side, count: int, say: Callable[[str], None]
    ) -> Pairs:
        pairs = Pairs(rival)
        sides = {"subject": (self.subject, pairs.subject_runs), "rival": (rival, pairs.rival_runs)}
        for pair in range(count):
            for role in order(pair):
                side, runs = sides[role]
                run, _ = run_side(workspace, side, dataset)
                runs.append(run)
            ratio = pairs.subject_runs[-1].wall / pairs.rival_runs[-1].wall
            say(f"{rival.name} {pair + 1} of {count}: {ratio:.2f}")
        return pairs

    def _raw(self, dataset: Dataset, accounts: dict[str, Account], measured: list[Pairs]) -> dict[str, object]:
        return {
            "subject": self.subject.name,
            "input": {"records": dataset.records, "bytes": dataset.size},
            "recordsPerSecond": rates(dataset.records, self.subject.name, measured),
            "accounts": {name: asdict(account) for name, account in accounts.items()},
            "rivals": {
                pairs.rival.name: {
                    "aim": pairs.rival.aim,
                    "ratios": {of: asdict(ratio) if ratio else None for of, ratio in pairs.ratios().items()},
                    "subjectRuns": [asdict(run) for run in pairs.subject_runs],
                    "rivalRuns": [asdict(run) for run in pairs.rival_runs],
                }
                for pairs in measured
            },
        }

    def _table(self, dataset: Dataset, accounts: dict[str, Account], measured: list[Pairs], count: int) -> str:
        lines = [
            f"{dataset.records:,} records, {format_size(dataset.size)}; `{self.subject.name}` divided by each rival:"
            f" median of {count} pairs (least to most). Below 1, `{self.subject.name}` is less.",
            "",
            "| rival | time | time without start | CPU time | peak memory | aim |",
            "|---|---|---|---|---|---|",
        ]
        for pairs in measured:
            shown = [str(ratio) if ratio else "" for ratio in pairs.ratios().values()]
            cells = [f"`{pairs.rival.name}`: {pairs.rival.title}", *shown, pairs.verdict()]
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
        speeds = rates(dataset.records, self.subject.name, measured)
        for side in (self.subject, *(pairs.rival for pairs in measured)):
            account = accounts.get(side.name)
            wrote = f"wrote the {account.rows:,} rows" if account else ""
            if account and account.surplus:
                wrote += f" and {account.surplus:,} of bad records"
            speed = f"{speeds[side.name]:,.0f} records/s" if account else ""
            note = "; ".join(part for part in (speed, wrote, side.note) if part)
            lines.append(f"- `{side.name}`" + (f": {note}." if note else ""))
        return "\n".join(lines)
