"""The command line."""

import argparse
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pipelines
from harness import machine, report
from harness.benchmark import Benchmark, Options
from harness.comparison import Comparison
from harness.process import Failed
from harness.workspace import Workspace

CORES = 2
BUSY = 0.5


def benchmarks() -> dict[str, Benchmark]:
    found: dict[str, Benchmark] = {}
    for module in pkgutil.iter_modules(pipelines.__path__):
        found |= importlib.import_module(f"pipelines.{module.name}").BENCHMARKS
    return found


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(root: Path) -> int:
    known = benchmarks()
    parser = argparse.ArgumentParser(
        prog="bench/run",
        description="Measures Millrace beside what a user would run instead; prints a table and keeps it.",
        epilog="benchmarks: " + "; ".join(f"{name} ({benchmark.title})" for name, benchmark in known.items()),
    )
    parser.add_argument("name", metavar="NAME", choices=known, help="the benchmark: " + ", ".join(known))
    parser.add_argument("--size", help="size of the input, such as 100MB or 1GB (several, where it grows: 0.1GB,1GB)")
    parser.add_argument("--pairs", type=int, help="number of pairs (or of runs, where there is no rival)")
    parser.add_argument("--sides", help="the rivals, separated by commas; all by default")
    parser.add_argument(
        "--earlier", type=Path, metavar="CHECKOUT", help="one more rival, `earlier`: the jobs as this checkout has them built"
    )
    parser.add_argument("--results", type=Path, default=root / "bench" / "results", help="where the results go")
    parser.add_argument("--no-setup", action="store_true", help="measure the JARs as they are, without a build")
    arguments = parser.parse_args()
    sides = tuple(arguments.sides.split(",")) if arguments.sides else None
    if arguments.pairs is not None and arguments.pairs < 1:
        parser.error("--pairs must be 1 or more")

    benchmark = known[arguments.name]
    if arguments.earlier:
        if not isinstance(benchmark, Comparison):
            parser.error(f"--earlier: {arguments.name} has no rivals")
        benchmark = benchmark.with_earlier(arguments.earlier.resolve())
    facts = machine.facts(machine.take_cores(CORES))
    if facts["loadBefore"] > BUSY:
        say(f"the machine is busy (load {facts['loadBefore']:.1f}): take the result for a rough one")
    try:
        if not arguments.no_setup:
            subprocess.run([root / "bench" / "setup"], stdout=sys.stderr, check=True)
        workspace = Workspace.open(root)
        with workspace.closing:
            result = benchmark.run(workspace, Options(arguments.size, arguments.pairs, sides), say)
    except (Failed, ValueError, FileNotFoundError, subprocess.CalledProcessError) as error:
        say(f"bench: {error}")
        return 1
    print(report.write(arguments.results, arguments.name, benchmark.title, result, facts, machine.versions(workspace)))
    return 0
