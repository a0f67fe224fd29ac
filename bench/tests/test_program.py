"""How the kinds of programs are run, and what the pipelines declare."""

import sys
import tempfile
import unittest
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.benchmark import Dataset, Side  # noqa: E402
from harness.cli import benchmarks  # noqa: E402
from harness.comparison import Comparison  # noqa: E402
from harness.program import BinSubmit, Jvm, PythonScript, SparkSubmit, job  # noqa: E402
from harness.startup import startup  # noqa: E402
from harness.workspace import JOBS, MODULES, Workspace  # noqa: E402


@dataclass(frozen=True)
class Input(Dataset):
    servers: str = "here:9"


class ProgramTest(unittest.TestCase):
    """Runs with JARs that are empty files."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)
        spark = self.root / ".spark" / "home"
        self.workspace = Workspace(self.root, spark)
        self.workspace.jars.mkdir(parents=True)
        for name in (*MODULES, "bench-rivals", "bench-rivals-flink"):
            (self.workspace.jars / f"{Path(name).name}-1.0.jar").touch()
        (self.workspace.jars / "bench-rivals.classpath").write_text("/lib/kafka-clients-3.9.jar:/lib/kafka-2.jar\n")
        spark.mkdir(parents=True)
        self.archive = spark.with_name("classes.jsa")
        self.archive.touch()
        self.given = {"input": Input(Path("/in"), 1, 1), "out": Path("/out")}

    def jar(self, name: str) -> str:
        return str(self.workspace.jars / f"{name}-1.0.jar")

    def test_arguments_name_the_input_and_the_output(self) -> None:
        program = PythonScript("x.py", ("{input.path}", "{input.servers}", "a={out}/b"))
        self.assertEqual(program.command(self.workspace, **self.given)[-3:], ["/in", "here:9", "a=/out/b"])

    def test_spark_runs_a_jar(self) -> None:
        program = SparkSubmit(
            "datagen",
            ("go", "{out}"),
            main="a.Main",
            beside=("kafka-clients",),
            conf={"spark.log.level": "INFO", "spark.x": "y"},
            memory="1g",
            java=("-Xlog:gc", "-Da=b"),
        )
        command = program.command(self.workspace, **self.given)
        self.assertEqual(command[-5:], ["--class", "a.Main", self.jar("datagen"), "go", "/out"])
        self.assertIn("spark.extraListeners=io.github.millrace.bench.cli.WorkTime", command)
        self.assertIn("spark.x=y", command)
        self.assertIn("spark.log.level=INFO", command)
        self.assertNotIn("spark.log.level=WARN", command)
        options = dict(zip(command, command[1:]))
        self.assertEqual(options["--driver-memory"], "1g")
        self.assertEqual(options["--jars"], self.jar("bench-rivals") + ",/lib/kafka-clients-3.9.jar")
        self.assertTrue(options["--driver-java-options"].endswith(" -Xlog:gc -Da=b"))
        self.assertIn(f"-XX:SharedArchiveFile={self.archive}", options["--driver-java-options"])

    def test_a_job_has_its_configuration(self) -> None:
        command = job("datagen", "go", {"a": "{out}/b", "c": "d"}, "--e").command(self.workspace, **self.given)
        self.assertEqual(command[-7:], [self.jar("datagen"), "go", "--set", "a=/out/b", "--set", "c=d", "--e"])

    def test_spark_runs_a_script(self) -> None:
        command = SparkSubmit("x.py", ("{out}",)).command(self.workspace, **self.given)
        self.assertEqual(command[-2:], [str(self.workspace.script("x.py")), "/out"])

    def test_without_a_quick_start_spark_has_no_options_of_ours(self) -> None:
        command = SparkSubmit("datagen", (), quick_start=False).command(self.workspace)
        self.assertEqual(command[0], str(self.workspace.spark / "bin" / "spark-submit"))
        self.assertEqual(command[command.index("--driver-java-options") + 1], "")

    def test_a_quick_start_needs_class_data(self) -> None:
        self.archive.unlink()
        with self.assertRaisesRegex(FileNotFoundError, "run bin/setup-spark"):
            SparkSubmit("datagen", ()).command(self.workspace)

    def test_bin_submit_takes_sparks_options_from_the_environment(self) -> None:
        command = BinSubmit("datagen", ("{out}",), main="a.Main").command(self.workspace, **self.given)
        self.assertTrue(command[1].startswith("SPARK_SUBMIT_OPTS_EXTRA=--class a.Main --master local[2] "))
        self.assertEqual(command[2:], [str(self.root / "bin" / "submit"), self.jar("datagen"), "/out"])

    def test_a_jvm_has_all_of_the_class_path_or_what_it_names(self) -> None:
        command = Jvm("bench-rivals", "a.Main", ("{out}",), java=("-Da=b",)).command(self.workspace, **self.given)
        path = self.jar("bench-rivals") + ":/lib/kafka-clients-3.9.jar:/lib/kafka-2.jar"
        self.assertEqual(command[-5:], ["-Da=b", "-cp", path, "a.Main", "/out"])
        command = Jvm("bench-rivals", "a.Main", (), libraries=("kafka",)).command(self.workspace)
        self.assertEqual(command[-2], self.jar("bench-rivals") + ":/lib/kafka-2.jar")
        with self.assertRaisesRegex(FileNotFoundError, "compiled without flink"):
            Jvm("bench-rivals", "a.Main", (), libraries=("flink",)).command(self.workspace)

    def test_a_script_has_its_environment(self) -> None:
        command = PythonScript("x.py", (), environment={"A": "1"}).command(self.workspace)
        self.assertEqual(command[:2], ["env", "A=1"])
        self.assertEqual(command[3:], [str(self.workspace.script("x.py"))])

    def test_a_side_of_another_checkout_has_the_jobs_that_were_built_there(self) -> None:
        other = self.root / "other"
        for module in JOBS:
            target = other / module / "target"
            target.mkdir(parents=True)
            (target / f"{module}-0.9.jar").touch()
        side = Side("earlier", "", SparkSubmit(JOBS[0], ()), checkout=other)
        jars = self.workspace.home / "jars-earlier"
        self.assertEqual(side.command(self.workspace)[-1], str(jars / f"{JOBS[0]}-0.9.jar"))
        self.assertEqual(replace(side, checkout=None).command(self.workspace)[-1], self.jar(JOBS[0]))

    def test_a_side_takes_more_options(self) -> None:
        side = Side("a", "", SparkSubmit("datagen", (), java=("-Da=b",))).using(memory="1g").with_java("-Dc=d")
        self.assertEqual((side.program.memory, side.program.java), ("1g", ("-Da=b", "-Dc=d")))


class ComparisonTest(unittest.TestCase):
    subject = Side("mine", "Mine", SparkSubmit("datagen", ("a", "{out}")), subject=True, note="validates")

    def comparison(self, *sides: Side) -> Comparison:
        return Comparison("", sides, lambda workspace, size: None, lambda dataset, out: None, "1MB")

    def test_has_one_subject(self) -> None:
        rival = replace(self.subject, name="rival", subject=False)
        self.assertEqual(self.comparison(rival, self.subject).subject, self.subject)
        self.assertEqual(self.comparison(rival, self.subject).rivals, (rival,))
        with self.assertRaises(ValueError):
            _ = self.comparison(rival).subject

    def test_earlier_is_the_subject_of_another_checkout(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            (earlier,) = self.comparison(self.subject).with_earlier(Path(name)).rivals
            self.assertEqual((earlier.name, earlier.checkout, earlier.note), ("earlier", Path(name), ""))
            self.assertEqual(earlier.program, self.subject.program)

    def test_a_start_is_that_of_the_same_run_by_bin_submit(self) -> None:
        found = startup("", self.subject, lambda workspace, size: None, lambda dataset, out: None, "1kB")
        self.assertEqual(found.subject.title, "Mine by bin/submit")
        self.assertEqual(found.subject.program, BinSubmit("datagen", ("a", "{out}")))
        self.assertEqual([rival.name for rival in found.rivals], ["empty", "empty-shared"])


class PipelinesTest(unittest.TestCase):
    def test_every_comparison_has_a_subject_and_no_two_sides_of_a_name(self) -> None:
        comparisons = [found for found in benchmarks().values() if isinstance(found, Comparison)]
        self.assertTrue(comparisons)
        for comparison in comparisons:
            with self.subTest(comparison.title):
                self.assertTrue(comparison.subject.accounted)
                self.assertEqual(len({side.name for side in comparison.sides}), len(comparison.sides))


if __name__ == "__main__":
    unittest.main()
