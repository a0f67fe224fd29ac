"""
The kinds of programs that take part, as data. An argument may name what a run is given: {out}, the empty directory for
its output, {input.path} or another property of its input.
"""

from dataclasses import dataclass, field
from typing import Mapping, Protocol, Sequence

from harness.workspace import Workspace, jdk, python

# The module of the rivals, whose class path also has what a side needs beside Spark's JARs.
RIVALS = "bench-rivals"
# As bin/submit has it.
COMPILE_LATER = "-XX:CompileThresholdScaling=4"
SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "WARN",
    "spark.extraListeners": "io.github.millrace.bench.cli.WorkTime",
}


class Program(Protocol):
    def command(self, workspace: Workspace, **given: object) -> list[str]:
        """The command line of a run that is given this."""


@dataclass(frozen=True)
class SparkSubmit:
    """
    A spark-submit, with the settings that all sides share.

    application: a JAR by the name of its module, or a script of the rivals
    main: the class to run, where the JAR does not name it
    beside: artifacts that neither Spark nor the JAR itself brings
    conf: more settings of Spark
    java: more options for the JVM
    quick_start: whether it starts as by bin/submit: from archived class data, and compiling later
    """

    application: str
    arguments: tuple[str, ...]
    main: str = ""
    beside: tuple[str, ...] = ()
    conf: Mapping[str, str] = field(default_factory=dict)
    memory: str = "4g"
    java: tuple[str, ...] = ()
    quick_start: bool = True

    def command(self, workspace: Workspace, **given: object) -> list[str]:
        environment, java = _quick_start(workspace) if self.quick_start else ([], [])
        beside = workspace.classpath(RIVALS, *self.beside) if self.beside else []
        script = self.application.endswith(".py")
        return [
            *environment,
            str(workspace.spark / "bin" / "spark-submit"),
            *("--master", "local[2]", "--driver-memory", self.memory),
            *("--driver-java-options", " ".join([*java, *self.java])),
            *("--jars", ",".join(map(str, (workspace.jar(RIVALS), *beside)))),
            *_options("--conf", SPARK_SETTINGS | self.conf),
            *(["--class", self.main] if self.main else []),
            str(workspace.script(self.application) if script else workspace.jar(self.application)),
            *_filled(self.arguments, given),
        ]


@dataclass(frozen=True)
class BinSubmit:
    """
    A run by bin/submit, as a user has it; it does not tell its work.

    jar, main: as of SparkSubmit
    """

    jar: str
    arguments: tuple[str, ...]
    main: str = ""

    def command(self, workspace: Workspace, **given: object) -> list[str]:
        options = [
            *(["--class", self.main] if self.main else []),
            "--master local[2] --driver-memory 4g --conf spark.ui.enabled=false --conf spark.log.level=WARN",
        ]
        return [
            *("env", f"SPARK_SUBMIT_OPTS_EXTRA={' '.join(options)}"),
            str(workspace.root / "bin" / "submit"),
            str(workspace.jar(self.jar)),
            *_filled(self.arguments, given),
        ]


@dataclass(frozen=True)
class Jvm:
    """
    A JVM without Spark, of the same size and with the same compiler.

    jar: by the name of its module
    libraries: artifacts of its class path; all of it by default
    java: more options for the JVM
    """

    jar: str
    main: str
    arguments: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    memory: str = "4g"
    java: tuple[str, ...] = ()

    def command(self, workspace: Workspace, **given: object) -> list[str]:
        jars = [workspace.jar(self.jar), *workspace.classpath(self.jar, *self.libraries)]
        return [
            *(jdk("java"), f"-Xmx{self.memory}", COMPILE_LATER, *self.java),
            *("-cp", ":".join(map(str, jars)), self.main),
            *_filled(self.arguments, given),
        ]


@dataclass(frozen=True)
class PythonScript:
    """A script of the rivals, where DuckDB and Polars are installed."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, workspace: Workspace, **given: object) -> list[str]:
        environment = [f"{key}={value}" for key, value in self.environment.items()]
        return [
            *(["env", *environment] if environment else []),
            *(python(), str(workspace.script(self.name))),
            *_filled(self.arguments, given),
        ]


def job(module: str, command: str, values: Mapping[str, str], *options: str) -> SparkSubmit:
    """A command of one of Millrace's jobs, with these values in its configuration."""
    return SparkSubmit(module, (command, *_options("--set", values), *options))


def _options(option: str, values: Mapping[str, str]) -> list[str]:
    return [part for key, value in values.items() for part in (option, f"{key}={value}")]


def _filled(arguments: Sequence[str], given: Mapping[str, object]) -> list[str]:
    return [argument.format_map(given) for argument in arguments]


def _quick_start(workspace: Workspace) -> tuple[list[str], list[str]]:
    """Before the command, and among the JVM's options."""
    archive = workspace.spark.parent / "classes.jsa"
    if not archive.exists():
        raise FileNotFoundError(f"no archived class data {archive}: unset SPARK_HOME, and run bin/setup-spark")
    return ["env", f"SPARK_CONF_DIR={archive.with_name('conf')}"], [
        f"-XX:SharedArchiveFile={archive}",
        "-Xlog:cds*=off",
        COMPILE_LATER,
        f"-Dlog4j2.configurationFile={workspace.root / 'config' / 'log4j2.properties'}",
    ]
