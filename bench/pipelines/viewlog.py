"""viewlog-reporter report."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Iterator
from urllib.parse import unquote

from harness.benchmark import Account, Benchmark, Dataset, Side
from harness.comparison import Comparison
from harness.growth import Growth
from harness.latency import Latency, Live
from harness.process import Failed
from harness.profile import Part, Profile
from harness.service import service
from harness.workspace import Workspace, jdk, jvm

# With Kafka's own bytes for a record.
BYTES_PER_VIEW = 210
BAD_SHARE = 0.005
SEED = 1
DAY = "2026-01-01"
# Event time in the topic: so many views a second, but five minutes at least.
RATE = 20_000
LEAST_SECONDS = 300
LIVE_RATE = 1000
# Views in a batch where one comes each second.
SLOW_BATCH = 3600
TRIGGERS = ("1 second", "10 seconds")
MINUTE = 60
WATERMARK = 10
TOPIC = "view_log"
# Seconds by which an average may differ.
TOLERANCE = 1e-5
# Spark's Kafka source, which its distribution does not bring.
SPARK_KAFKA = ("spark-sql-kafka-0-10_2.13", "spark-token-provider-kafka-0-10_2.13", "kafka-clients", "commons-pool2")
# What Flink's own scripts open, as far as a cluster in one JVM needs it.
FLINK_OPENS = ("lang", "net", "io", "nio", "text", "time", "util", "util.concurrent")
RIVALS = "io.github.millrace.bench"

Key = tuple[int, int, int]


# Input


@dataclass(frozen=True)
class Topic(Dataset):
    """
    path: the directory of campaigns and truth
    servers: the broker's address
    """

    servers: str
    name: str
    python: Path

    @property
    def campaigns(self) -> Path:
        return self.path / "campaigns.csv"

    @property
    def truth(self) -> Path:
        return self.path / "truth.jsonl"


def views(workspace: Workspace, size: int) -> Topic:
    """A filled topic of four partitions, on a broker that ends with the benchmark."""
    count = max(1000, size // BYTES_PER_VIEW)
    filled = topic(workspace, TOPIC, count)
    rate = max(1, min(RATE, count // LEAST_SECONDS))
    fill(workspace, filled, rate, BAD_SHARE, "--truth", str(filled.truth))
    return filled


def topic(workspace: Workspace, name: str, count: int) -> Topic:
    """An empty topic for so many views, on a broker of its own that ends with the benchmark."""
    return _topic(workspace, broker(workspace, name), name, count)


def broker(workspace: Workspace, *topics: str) -> str:
    """Starts a broker with these topics, which ends with the benchmark; returns its address."""
    jars = [workspace.jar("bench-rivals"), *workspace.classpath("bench-rivals")]
    command = [jdk("java"), "-Xmx256m", "-cp", ":".join(map(str, jars)), "io.github.millrace.testkit.KafkaMain", *topics]
    return workspace.closing.enter_context(service(command, workspace.home / "broker.log"))


def fill(workspace: Workspace, topic: Topic, rate: int, bad_share: float, *more: str) -> None:
    """Fills a topic with views from the beginning of DAY on, so many a second."""
    command = [*generate(workspace, topic, rate, bad_share), "--start", f"{DAY}T00:00:00Z", *more]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def generate(workspace: Workspace, topic: Topic, rate: int, bad_share: float) -> list[str]:
    options = {
        "--to": "kafka",
        "--bootstrap-servers": topic.servers,
        "--topic": topic.name,
        "--partitions": 4,
        "--count": topic.records,
        "--seed": SEED,
        "--rate": rate,
        "--bad-share": bad_share,
        "--late-share": 0,
        "--campaigns": topic.campaigns,
    }
    pairs = chain.from_iterable(options.items())
    return [jdk("java"), "-jar", str(workspace.jar("datagen")), "view-logs", *map(str, pairs)]


def _topic(workspace: Workspace, servers: str, name: str, count: int) -> Topic:
    data = workspace.data / f"views-{name}-{count}"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    return Topic(data, count, count * BYTES_PER_VIEW, servers, name, workspace.tools / "bin" / "python")


# What was written


@dataclass(frozen=True)
class Report:
    """The views of one campaign and network in one minute."""

    count: int
    average: float


@cache
def expected(topic: Topic) -> dict[Key, Report]:
    """
    The reports of the minutes that every side closes: all but the last two, which a query without a flush leaves open
    when the topic ends.
    """
    with open(topic.campaigns, encoding="utf-8", newline="") as lines:
        networks = {int(row["campaign_id"]): int(row["network_id"]) for row in csv.DictReader(lines)}
    counts: Counter[Key] = Counter()
    micros: Counter[Key] = Counter()
    with open(topic.truth, encoding="utf-8") as lines:
        next(lines)
        for view in map(json.loads, lines):
            if view["outcome"] == "good":
                key = (networks[view["campaign"]], view["end"] // 1_000_000 // MINUTE, view["campaign"])
                counts[key] += 1
                micros[key] += view["end"] - view["start"]
    closed = max((minute for _, minute, _ in counts), default=0) - 2
    found = {key: Report(count, micros[key] / count / 1e6) for key, count in counts.items() if key[1] <= closed}
    if not found:
        raise Failed(f"{topic.truth} tells of no minute that all sides close: take a larger size")
    return found


def account(topic: Topic, out: Path) -> Account:
    """Judges the reports of the closed minutes by the truth."""
    wanted = expected(topic)
    closed = max(minute for _, minute, _ in wanted)
    found: dict[Key, Report] = {}
    for key, report in read(topic, out):
        if key in found:
            raise Failed(f"{out}: the report of network {key[0]}, minute {key[1]}, campaign {key[2]} is there twice")
        if key[1] <= closed:
            found[key] = report
    none = Report(0, 0)
    missing = sum(max(0, report.count - found.get(key, none).count) for key, report in wanted.items())
    if missing:
        raise Failed(f"{out}: {missing:,} good views are missing")
    for key, report in wanted.items():
        if found[key].count == report.count and abs(found[key].average - report.average) > TOLERANCE:
            raise Failed(f"{out}: {key} has the average {found[key].average}, not {report.average}")
    total = sum(report.count for report in wanted.values())
    surplus = sum(report.count for report in found.values()) - total
    return Account(len(wanted), (total,), surplus)


def read(topic: Topic, out: Path) -> Iterator[tuple[Key, Report]]:
    """What a side wrote: one CSV file, or Parquet files by network and minute."""
    table = out / "reports.csv"
    if table.exists():
        with open(table, encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                key = (int(row["network_id"]), _minute(row["minute_timestamp"]), int(row["campaign_id"]))
                yield key, Report(int(row["total_count"]), float(row["avg_duration"]))
        return
    for file, campaign, count, average in _rows(topic.python, [file for file, _, _ in partitions(out)]):
        network, minute = _partition(Path(file).relative_to(out))
        yield (network, minute, campaign), Report(count, average)


def partitions(out: Path) -> Iterator[tuple[Path, int, int]]:
    """The files that a reader of the output sees, each with its network and its minute since 1970."""
    for file in out.glob("network_id=*/minute_timestamp=*/**/*"):
        inner = file.relative_to(out)
        if not any(part.startswith((".", "_")) for part in inner.parts) and file.is_file():
            yield file, *_partition(inner)


def _partition(file: Path) -> tuple[int, int]:
    network, minute = (unquote(part.partition("=")[2]) for part in file.parts[:2])
    return int(network), _minute(minute)


def _minute(text: str) -> int:
    time = datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=timezone.utc)).timestamp()) // MINUTE


def _rows(python: Path, files: list[Path]) -> list[list]:
    if not files:
        return []
    names = ", ".join(f"'{file}'" for file in files)
    query = (
        "SELECT filename, campaign_id, total_count, avg_duration"
        f" FROM read_parquet([{names}], filename = true, hive_partitioning = false)"
    )
    script = Path(__file__).resolve().parents[1] / "harness" / "duckdb_rows.py"
    told = subprocess.run([python, script], input=query, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [json.loads(line) for line in told.splitlines()]


# Sides


def report(
    workspace: Workspace,
    topic: Topic,
    out: Path,
    *more: str,
    trigger: str = "availableNow",
    flush: bool = True,
    memory: str = "4g",
    java: str = "",
) -> list[str]:
    """A run of report from the beginning."""
    shutil.rmtree(checkpoint(out), ignore_errors=True)
    options = ["--set", f"trigger={trigger}", *(["--flush"] if flush else []), *more]
    return job(workspace, "report", topic, out, *options, memory=memory, java=java)


def job(
    workspace: Workspace, name: str, topic: Topic, out: Path, *more: str, memory: str = "4g", java: str = ""
) -> list[str]:
    """A command of the job."""
    settings = {
        "kafka.bootstrapServers": topic.servers,
        "kafka.topic": topic.name,
        "campaigns": topic.campaigns,
        "output": out,
        "checkpoint": checkpoint(out),
    }
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    return workspace.submit("viewlog-reporter", name, *options, *more, memory=memory, java=java)


def checkpoint(out: Path) -> Path:
    return out.with_name(out.name + "-checkpoint")


def spark_rival(main: str):
    def command(workspace: Workspace, topic: Topic, out: Path) -> list[str]:
        return workspace.submit(
            "bench-rivals",
            *_arguments(topic, out),
            main=f"{RIVALS}.viewlog.{main}",
            beside=workspace.classpath("bench-rivals", *SPARK_KAFKA),
        )

    return command


def flink(workspace: Workspace, topic: Topic, out: Path) -> list[str]:
    jars = [workspace.jar("bench-rivals-flink"), *workspace.classpath("bench-rivals-flink")]
    return [
        *jvm(),
        *(f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in FLINK_OPENS),
        *("-cp", ":".join(map(str, jars)), f"{RIVALS}.flink.ViewlogMain"),
        *_arguments(topic, out),
    ]


def plain(workspace: Workspace, topic: Topic, out: Path) -> list[str]:
    artifacts = ("kafka-clients", "jackson-core", "slf4j-api", "lz4-java", "snappy-java", "zstd-jni")
    jars = [workspace.jar("bench-rivals"), *workspace.classpath("bench-rivals", *artifacts)]
    main = f"{RIVALS}.viewlog.PlainMain"
    return [*jvm(), "-cp", ":".join(map(str, jars)), main, *_arguments(topic, out)]


def _arguments(topic: Topic, out: Path) -> list[str]:
    return [topic.servers, topic.name, str(topic.campaigns), str(out)]


REPORT = Side(
    "report",
    "Millrace",
    report,
    note="validates every field, quarantines with reasons what is bad or late, keeps a ledger, closes the last minutes",
)

DEDUPLICATING = Side(
    "deduplicate",
    "report with deduplicate",
    lambda workspace, topic, out: report(workspace, topic, out, "--set", "deduplicate=true"),
    note="no view is there twice, so that both write the same",
)

RIVAL_SIDES = (
    Side(
        "bare",
        "from_json, broadcast join, window, Parquet by Spark",
        spark_rival("BareMain"),
        aim=1 / 1.2,
        note="two shuffle partitions, all else as Spark has it; what breaks the contract is counted or dropped"
        " without a word, what is late is dropped",
    ),
    Side(
        "flink",
        "the same windows in Flink SQL, in one JVM",
        flink,
        aim=1,
        note="parallelism 2, a checkpoint every 10 s; joins the network to the reports, as Flink has no windows after a"
        " join; two functions in Java read the timestamps, and leave out views of the future, which would move its"
        " watermark and cost all that follow",
    ),
    Side(
        "tutorial",
        "the same query with foreachBatch, persist and count",
        spark_rival("TutorialMain"),
        note="the 200 shuffle partitions that Spark takes by itself",
    ),
    Side(
        "plain",
        "the floor: a consumer and a map in plain Java",
        plain,
        note="one thread, no watermark, nothing that outlives it; writes one CSV file",
    ),
)


def with_recording(recording: Path) -> Side:
    def command(workspace: Workspace, topic: Topic, out: Path) -> list[str]:
        return report(workspace, topic, out, java=f"-XX:StartFlightRecording=filename={recording},settings=profile")

    return Side("report", "Millrace", command)


def days(workspace: Workspace, size: int) -> Topic:
    """A view each second, for as long as the size says: a week is 127 MB."""
    count = size // BYTES_PER_VIEW
    filled = topic(workspace, f"{TOPIC}_{count}", count)
    fill(workspace, filled, 1, BAD_SHARE)
    return filled


def with_gc_log(log: Path) -> Side:
    def command(workspace: Workspace, topic: Topic, out: Path) -> list[str]:
        batches = f"kafka.maxOffsetsPerTrigger={SLOW_BATCH}"
        return report(workspace, topic, out, "--set", batches, memory="512m", java=f"-XX:+UseSerialGC -Xlog:gc:file={log}")

    note = f"A view each second, in batches of {SLOW_BATCH // 60} minutes; always in the same heap of 512 MB."
    return Side("report", "Millrace", command, note=note)


PARTS = (
    Part("tokens: Jackson", re.compile(r"com\.fasterxml\.jackson")),
    Part("values, rules, rows: the contract's parser", re.compile(r"io\.github\.millrace\.contract")),
    Part("routing and ledger", re.compile(r"io\.github\.millrace\.publish")),
    Part("the rest of Millrace", re.compile(r"io\.github\.millrace")),
    Part("reading Kafka", re.compile(r"org\.apache\.(kafka|spark\.sql\.kafka010)|.*\.(lz4|zstd|snappy)\.")),
    Part("Parquet", re.compile(r"org\.apache\.parquet|org\.apache\.spark\.sql\.execution\.datasources\.parquet")),
    Part("state", re.compile(r"org\.rocksdb|org\.apache\.spark\.sql\.execution\.streaming\..*[sS]tate")),
    Part("Spark's generated code: windows, projections", re.compile(r".*\.GeneratedClass\$|.*\$GeneratedIterator")),
    Part("aggregation", re.compile(r"org\.apache\.spark\.sql\.execution\.aggregate")),
    Part("shuffle", re.compile(r"org\.apache\.spark\.(shuffle|util\.collection)")),
    Part("Spark's own expressions and rows", re.compile(r"org\.apache\.spark\.(sql\.catalyst|unsafe)")),
    Part("file system", re.compile(r"org\.apache\.hadoop|sun\.nio\.(ch|fs)|java\.io\.File")),
    Part("the rest of Spark", re.compile(r"org\.apache\.spark")),
)


@cache
def _live_broker(workspace: Workspace) -> str:
    return broker(workspace, *map(_live_topic, TRIGGERS))


def _live_topic(trigger: str) -> str:
    return f"{TOPIC}_{trigger.replace(' ', '_')}"


def live(workspace: Workspace, trigger: str, out: Path, seconds: int) -> Live:
    """Views in real time, into a topic of this trigger's own."""
    topic = _topic(workspace, _live_broker(workspace), _live_topic(trigger), LIVE_RATE * seconds)
    # A single view, which brings the campaigns: the job wants them when it starts.
    first = generate(workspace, replace(topic, records=1), LIVE_RATE, 0)
    subprocess.run(first, stdout=subprocess.DEVNULL, check=True)
    feed = generate(workspace, topic, LIVE_RATE, 0)

    def visible() -> list[tuple[Path, float]]:
        return [(file.parent, float(minute * MINUTE)) for file, _, minute in partitions(out)]

    return Live(report(workspace, topic, out, trigger=trigger, flush=False), feed, visible)


BENCHMARKS: dict[str, Benchmark] = {
    "viewlog": Comparison(
        title="viewlog-reporter report, beside what a user would run instead",
        subject=REPORT,
        rivals=RIVAL_SIDES,
        prepare=views,
        account=account,
        size="2GB",
    ),
    "viewlog-deduplicate": Comparison(
        title="viewlog-reporter report: what deduplicate costs",
        subject=DEDUPLICATING,
        rivals=(replace(REPORT, title="report as it is by default", note=""),),
        prepare=views,
        account=account,
        size="500MB",
        pairs=3,
    ),
    "viewlog-profile": Profile(
        title="viewlog-reporter report: where its time goes",
        side=with_recording,
        prepare=views,
        size="2GB",
        parts=PARTS,
        threads=re.compile("Executor task launch worker"),
    ),
    "viewlog-memory": Growth(
        title="viewlog-reporter report: memory and checkpoint over one week and two",
        side=with_gc_log,
        prepare=days,
        sizes="127MB,254MB",
        runs=1,
        kept=checkpoint,
    ),
    "viewlog-latency": Latency(
        title="viewlog-reporter report: from a minute's close to its reports",
        name="report",
        note=f"{LIVE_RATE:,} views a second.",
        triggers=TRIGGERS,
        prepare=live,
        interval=MINUTE,
        watermark=WATERMARK,
    ),
}
