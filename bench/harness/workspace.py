"""Where things are."""

import os
import re
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

JOBS = ("invoice-flattener", "viewlog-reporter", "clickstream-aggregator")
MODULES = (*JOBS, "datagen", "bench/rivals", "bench/rivals-flink")
TOOLS = Path(__file__).resolve().parents[2] / ".tools-bench" / "venv"


def jdk(tool: str) -> str:
    """A program of the JDK that Spark runs on too."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin", tool)) if home else tool


def python() -> str:
    """The interpreter that has DuckDB and Polars."""
    return str(TOOLS / "bin" / "python")


def built(root: Path, module: str, remedy: str) -> Path:
    """The JAR that a module's build has made."""
    jars = [jar for jar in (root / module / "target").glob("*.jar") if not jar.name.startswith("original-")]
    if len(jars) != 1:
        raise FileNotFoundError(f"{module} is not built in {root}: {remedy}")
    return jars[0]


@dataclass(frozen=True)
class Workspace:
    """
    root: the repository
    spark: the Spark distribution
    closing: what is to be ended after the benchmark, such as servers
    programs: the name of the directory that the JARs are in
    """

    root: Path
    spark: Path
    closing: ExitStack = field(default_factory=ExitStack, compare=False)
    programs: str = "jars"

    @staticmethod
    def open(root: Path) -> "Workspace":
        told = subprocess.run([root / "bin" / "setup-spark"], stdout=subprocess.PIPE, text=True, check=True).stdout
        workspace = Workspace(root, Path(told.splitlines()[-1]))
        workspace._copy_jars()
        return workspace

    @property
    def home(self) -> Path:
        return self.root / ".bench"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def jars(self) -> Path:
        return self.home / self.programs

    def _copy_jars(self) -> None:
        """Measures what is built now, whatever is built meanwhile."""
        shutil.rmtree(self.jars, ignore_errors=True)
        self.jars.mkdir(parents=True)
        for module in MODULES:
            shutil.copy(built(self.root, module, "run bench/setup"), self.jars)
            for classpath in (self.root / module / "target").glob("*.classpath"):
                shutil.copy(classpath, self.jars)

    @cache
    def with_jobs_of(self, checkout: Path) -> "Workspace":
        """The same with the jobs as another checkout has them built."""
        other = replace(self, programs="jars-earlier")
        shutil.rmtree(other.jars, ignore_errors=True)
        shutil.copytree(self.jars, other.jars)
        for module in JOBS:
            other.jar(module).unlink()
            shutil.copy(built(checkout, module, f"run mvn package in {checkout}"), other.jars)
        return other

    def jar(self, name: str) -> Path:
        return next(self.jars.glob(f"{name}-[0-9]*.jar"))

    def script(self, name: str) -> Path:
        """A rival that is written in Python."""
        return self.root / "bench" / "rivals" / "src" / "main" / "python" / name

    def classpath(self, name: str, *artifacts: str) -> list[Path]:
        """What the JAR of that name was compiled with: all of it, or these artifacts only."""
        jars = [Path(entry) for entry in (self.jars / f"{name}.classpath").read_text().strip().split(os.pathsep)]
        if not artifacts:
            return jars
        found = {
            artifact: jar
            for artifact in artifacts
            for jar in jars
            if re.match(re.escape(artifact) + "-[0-9]", jar.name)
        }
        if missing := set(artifacts) - set(found):
            raise FileNotFoundError(f"{name} was compiled without {', '.join(sorted(missing))}")
        return [found[artifact] for artifact in artifacts]

    def empty_directory(self, name: str) -> Path:
        directory = self.home / "runs" / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        return directory
