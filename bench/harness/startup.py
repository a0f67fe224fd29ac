"""What a subject's start costs, beside a session that does nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Callable

from harness.benchmark import Account, Dataset, Side
from harness.comparison import Comparison
from harness.program import RIVALS, BinSubmit, SparkSubmit
from harness.workspace import Workspace

EMPTY = "io.github.millrace.bench.EmptySessionMain"

EMPTY_SIDES = (
    Side(
        "empty",
        "a session that does nothing, by spark-submit without class data",
        SparkSubmit(RIVALS, (), main=EMPTY, quick_start=False),
        aim=1.3,
        work=None,
        accounted=False,
    ),
    Side(
        "empty-shared",
        "the same by bin/submit, with the class data shared too",
        BinSubmit(RIVALS, (), main=EMPTY),
        work=None,
        accounted=False,
    ),
)


def startup(
    title: str,
    subject: Side,
    prepare: Callable[[Workspace, int], Dataset],
    account: Callable[[Dataset, Path], Account],
    size: str,
) -> Comparison:
    """
    subject: a spark-submit, which is done by bin/submit here
    prepare: makes next to no input
    """
    program = subject.program
    submitted = replace(
        subject,
        title=f"{subject.title} by bin/submit",
        program=BinSubmit(program.application, program.arguments, program.main),
        note="by bin/submit, which shares archived class data",
        work=None,
    )
    return Comparison(title, (submitted, *EMPTY_SIDES), prepare, account, size)
