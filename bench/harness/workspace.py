"""Where things are."""

import os
import re
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Sequence

JOBS = ("invoice-flattener", "viewlog-reporter")
MODULES = (*JOBS, "datagen", "bench/rivals", "bench/rivals-flink")
# As bin/submit has it.
COMPILE_LATER = "-XX:CompileThresholdScaling=4"
SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "WARN",
    "spark.extraListeners": "io.github.millrace.bench.cli.WorkTime",
}


def jdk(tool: str) -> str:
    """A program of the JDK that Spark runs on too."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin", tool)) if home else tool


def jvm() -> list[str]:
    """A JVM without Spark, of the same size and with the same compiler."""
    return [jdk("java"), "-Xmx4g", COMPILE_LATER]


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

    @property
    def tools(self) -> Path:
        return self.root / ".tools-bench" / "venv"

    @property
    def rivals(self) -> Path:
        """The rivals that are written in Python."""
        return self.root / "bench" / "rivals" / "src" / "main" / "python"

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

    def submit(
        self,
        jar: str,
        *arguments: str,
        memory: str = "4g",
        main: str = "",
        beside: Sequence[Path] = (),
        java: str = "",
        quick_start: bool = True,
    ) -> list[str]:
        """
        A spark-submit with the settings that all sides share.

        beside: JARs that neither Spark nor the JAR itself brings
        java: more options for the JVM
        quick_start: whether it starts as by bin/submit: from archived class data, and compiling later
        """
        submit = self._submit(memory, beside, java, quick_start)
        return [*submit, *(["--class", main] if main else []), str(self.jar(jar)), *arguments]

    def submit_script(self, script: Path, *arguments: str, memory: str = "4g") -> list[str]:
        """The same for a program in Python."""
        return [*self._submit(memory, (), "", True), str(script), *arguments]

    def _submit(self, memory: str, beside: Sequence[Path], java: str, quick_start: bool) -> list[str]:
        environment, options = self._quick_start() if quick_start else ([], [])
        return [
            *environment,
            str(self.spark / "bin" / "spark-submit"),
            *("--master", "local[2]", "--driver-memory", memory),
            *("--driver-java-options", " ".join([*options, java])),
            *("--jars", ",".join(map(str, (self.jar("bench-rivals"), *beside)))),
            *(part for key, value in SPARK_SETTINGS.items() for part in ("--conf", f"{key}={value}")),
        ]

    def _quick_start(self) -> tuple[list[str], list[str]]:
        archive = self.spark.parent / "classes.jsa"
        if not archive.exists():
            raise FileNotFoundError(f"no archived class data {archive}: unset SPARK_HOME, and run bin/setup-spark")
        return ["env", f"SPARK_CONF_DIR={archive.with_name('conf')}"], [
            f"-XX:SharedArchiveFile={archive}",
            "-Xlog:cds*=off",
            COMPILE_LATER,
            f"-Dlog4j2.configurationFile={self.root / 'config' / 'log4j2.properties'}",
        ]
