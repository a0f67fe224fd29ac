"""viewlog-reporter report."""

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Iterator
from urllib.parse import unquote

from harness.benchmark import Account, Benchmark, Side
from harness.comparison import Comparison
from harness.generator import generate, generator
from harness.growth import Growth
from harness.kafka import Topic, broker
from harness.latency import Latency, Live
from harness.parquet import query
from harness.process import Failed
from harness.profile import GENERATED, PARSING, SPARK, Part, Profile
from harness.program import RIVALS, Jvm, SparkSubmit, job
from harness.truth import records, surplus
from harness.workspace import Workspace

# With Kafka's own bytes for a record.
BYTES_PER_VIEW = 210
BAD_SHARE = 0.005
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
PLAIN_KAFKA = ("kafka-clients", "jackson-core", "slf4j-api", "lz4-java", "snappy-java", "zstd-jni")
# What Flink's own scripts open, as far as a cluster in one JVM needs it.
FLINK_OPENS = ("lang", "net", "io", "nio", "text", "time", "util", "util.concurrent")
MAINS = "io.github.millrace.bench"

Key = tuple[int, int, int]


# Input


@dataclass(frozen=True)
class Views(Topic):
    """path: the directory of campaigns and truth"""

    @property
    def campaigns(self) -> Path:
        return self.path / "campaigns.csv"

    @property
    def truth(self) -> Path:
        return self.path / "truth.jsonl"


def views(workspace: Workspace, size: int) -> Views:
    """A filled topic of four partitions, on a broker that ends with the benchmark."""
    topic = empty_topic(workspace, TOPIC, max(1000, size // BYTES_PER_VIEW))
    rate = max(1, min(RATE, topic.records // LEAST_SECONDS))
    fill(workspace, topic, rate, BAD_SHARE, truth=topic.truth)
    return topic


def days(workspace: Workspace, size: int) -> Views:
    """A view each second, for as long as the size says: a week is 127 MB."""
    count = size // BYTES_PER_VIEW
    topic = empty_topic(workspace, f"{TOPIC}_{count}", count)
    fill(workspace, topic, 1, BAD_SHARE)
    return topic


def live(workspace: Workspace, trigger: str, seconds: int) -> Live:
    """Views in real time, into a topic of this trigger's own."""
    topic = _topic(workspace, _live_broker(workspace), _live_topic(trigger), LIVE_RATE * seconds)
    # A single view, which brings the campaigns: the job wants them when it starts.
    generate(workspace, "view-logs", _options(replace(topic, records=1), LIVE_RATE, 0))
    return Live(topic, generator(workspace, "view-logs", _options(topic, LIVE_RATE, 0)))


def empty_topic(workspace: Workspace, name: str, count: int) -> Views:
    """A topic for so many views, on a broker of its own that ends with the benchmark."""
    return _topic(workspace, broker(workspace, name), name, count)


def fill(workspace: Workspace, topic: Views, rate: int, bad_share: float, **more: object) -> None:
    """Fills a topic with views from the beginning of DAY on, so many a second."""
    generate(workspace, "view-logs", {**_options(topic, rate, bad_share), "start": f"{DAY}T00:00:00Z", **more})


def _topic(workspace: Workspace, servers: str, name: str, count: int) -> Views:
    return Views(workspace.empty_directory(f"{name}-input"), count, count * BYTES_PER_VIEW, servers, name)


def _options(topic: Views, rate: int, bad_share: float) -> dict[str, object]:
    return {**topic.options, "rate": rate, "bad-share": bad_share, "late-share": 0, "campaigns": topic.campaigns}


@cache
def _live_broker(workspace: Workspace) -> str:
    return broker(workspace, *map(_live_topic, TRIGGERS))


def _live_topic(trigger: str) -> str:
    return f"{TOPIC}_{trigger.replace(' ', '_')}"


# What was written


@dataclass(frozen=True)
class Report:
    """The views of one campaign and network in one minute."""

    count: int
    average: float


@cache
def expected(topic: Views) -> dict[Key, Report]:
    """
    The reports of the minutes that every side closes: all but the last two, which a query without a flush leaves open
    when the topic ends.
    """
    with open(topic.campaigns, encoding="utf-8", newline="") as lines:
        networks = {int(row["campaign_id"]): int(row["network_id"]) for row in csv.DictReader(lines)}
    counts: Counter[Key] = Counter()
    micros: Counter[Key] = Counter()
    for view in records(topic.truth):
        if view["outcome"] == "good":
            key = (networks[view["campaign"]], view["end"] // 1_000_000 // MINUTE, view["campaign"])
            counts[key] += 1
            micros[key] += view["end"] - view["start"]
    closed = max((minute for _, minute, _ in counts), default=0) - 2
    found = {key: Report(count, micros[key] / count / 1e6) for key, count in counts.items() if key[1] <= closed}
    if not found:
        raise Failed(f"{topic.truth} tells of no minute that all sides close: take a larger size")
    return found


def account(topic: Views, out: Path) -> Account:
    """Judges the reports of the closed minutes by the truth."""
    wanted = expected(topic)
    closed = max(minute for _, minute, _ in wanted)
    found: dict[Key, Report] = {}
    for key, report in read(out / "reports"):
        if key in found:
            raise Failed(f"{out}: the report of network {key[0]}, minute {key[1]}, campaign {key[2]} is there twice")
        if key[1] <= closed:
            found[key] = report
    beyond = surplus(out, "good views", _counts(wanted), _counts(found), exact=False)
    for key, report in wanted.items():
        if found[key].count == report.count and abs(found[key].average - report.average) > TOLERANCE:
            raise Failed(f"{out}: {key} has the average {found[key].average}, not {report.average}")
    return Account(len(wanted), (_counts(wanted).total(),), beyond)


def _counts(reports: dict[Key, Report]) -> Counter[Key]:
    return Counter({key: report.count for key, report in reports.items()})


def read(reports: Path) -> Iterator[tuple[Key, Report]]:
    """What a side wrote: one CSV file, or Parquet files by network and minute."""
    table = reports / "reports.csv"
    if table.exists():
        with open(table, encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                key = (int(row["network_id"]), _minute(row["minute_timestamp"]), int(row["campaign_id"]))
                yield key, Report(int(row["total_count"]), float(row["avg_duration"]))
        return
    files = [file for file, _, _ in partitions(reports)]
    for file, campaign, count, average in query("filename, campaign_id, total_count, avg_duration", files):
        network, minute = _partition(Path(file).relative_to(reports))
        yield (network, minute, campaign), Report(count, average)


def partitions(reports: Path) -> Iterator[tuple[Path, int, int]]:
    """The files that a reader of reports sees, each with its network and its minute since 1970."""
    for file in reports.glob("network_id=*/minute_timestamp=*/**/*"):
        inner = file.relative_to(reports)
        if not any(part.startswith((".", "_")) for part in inner.parts) and file.is_file():
            yield file, *_partition(inner)


def visible(out: Path) -> Iterator[tuple[Path, float]]:
    """The partitions that are there, each with the time when its minute began."""
    return ((file.parent, float(minute * MINUTE)) for file, _, minute in partitions(out / "reports"))


def _partition(file: Path) -> tuple[int, int]:
    network, minute = (unquote(part.partition("=")[2]) for part in file.parts[:2])
    return int(network), _minute(minute)


def _minute(text: str) -> int:
    time = datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=timezone.utc)).timestamp()) // MINUTE


# Sides

JOB = "viewlog-reporter"
VALUES = {
    "kafka.bootstrapServers": "{input.servers}",
    "kafka.topic": "{input.name}",
    "campaigns": "{input.campaigns}",
    "output": "{out}/reports",
    "checkpoint": "{out}/checkpoint",
}
# Ends when the topic is read.
ONCE = {**VALUES, "trigger": "availableNow"}

REPORT = Side(
    "report",
    "Millrace",
    job(JOB, "report", ONCE, "--flush"),
    subject=True,
    note="validates every field, quarantines with reasons what is bad or late, keeps a ledger, closes the last minutes",
)

DEDUPLICATING = Side(
    "deduplicate",
    "report with deduplicate",
    job(JOB, "report", {**ONCE, "deduplicate": "true"}, "--flush"),
    subject=True,
    note="no view is there twice, so that both write the same",
)

SLOW = Side(
    "report",
    "Millrace",
    job(JOB, "report", {**ONCE, "kafka.maxOffsetsPerTrigger": str(SLOW_BATCH)}, "--flush"),
    note=f"A view each second, in batches of {SLOW_BATCH // 60} minutes; always in the same heap of 512 MB.",
).using(memory="512m", java=("-XX:+UseSerialGC",))

LIVE = Side(
    "report",
    "Millrace",
    job(JOB, "report", {**VALUES, "trigger": "{trigger}"}),
    note=f"{LIVE_RATE:,} views a second.",
)

ARGUMENTS = ("{input.servers}", "{input.name}", "{input.campaigns}", "{out}/reports")

RIVAL_SIDES = (
    Side(
        "bare",
        "from_json, broadcast join, window, Parquet by Spark",
        SparkSubmit(RIVALS, ARGUMENTS, main=f"{MAINS}.viewlog.BareMain", beside=SPARK_KAFKA),
        aim=1 / 1.2,
        note="two shuffle partitions, all else as Spark has it; what breaks the contract is counted or dropped"
        " without a word, what is late is dropped",
    ),
    Side(
        "flink",
        "the same windows in Flink SQL, in one JVM",
        Jvm(
            "bench-rivals-flink",
            f"{MAINS}.flink.ViewlogMain",
            ARGUMENTS,
            java=tuple(f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in FLINK_OPENS),
        ),
        aim=1,
        note="parallelism 2, a checkpoint every 10 s; joins the network to the reports, as Flink has no windows after a"
        " join; two functions in Java read the timestamps, and leave out views of the future, which would move its"
        " watermark and cost all that follow",
    ),
    Side(
        "tutorial",
        "the same query with foreachBatch, persist and count",
        SparkSubmit(RIVALS, ARGUMENTS, main=f"{MAINS}.viewlog.TutorialMain", beside=SPARK_KAFKA),
        note="the 200 shuffle partitions that Spark takes by itself",
    ),
    Side(
        "plain",
        "the floor: a consumer and a map in plain Java",
        Jvm(RIVALS, f"{MAINS}.viewlog.PlainMain", ARGUMENTS, libraries=PLAIN_KAFKA),
        note="one thread, no watermark, nothing that outlives it; writes one CSV file",
    ),
)

PARTS = (
    *PARSING,
    Part("routing and ledger", re.compile(r"io\.github\.millrace\.publish")),
    Part("the rest of Millrace", re.compile(r"io\.github\.millrace")),
    Part("reading Kafka", re.compile(r"org\.apache\.(kafka|spark\.sql\.kafka010)|.*\.(lz4|zstd|snappy)\.")),
    Part("Parquet", re.compile(r"org\.apache\.parquet|org\.apache\.spark\.sql\.execution\.datasources\.parquet")),
    Part("state", re.compile(r"org\.rocksdb|org\.apache\.spark\.sql\.execution\.streaming\..*[sS]tate")),
    Part("Spark's generated code: windows, projections", GENERATED),
    Part("aggregation", re.compile(r"org\.apache\.spark\.sql\.execution\.aggregate")),
    Part("shuffle", re.compile(r"org\.apache\.spark\.(shuffle|util\.collection)")),
    *SPARK,
)

BENCHMARKS: dict[str, Benchmark] = {
    "viewlog": Comparison(
        title="viewlog-reporter report, beside what a user would run instead",
        sides=(REPORT, *RIVAL_SIDES),
        prepare=views,
        account=account,
        size="2GB",
    ),
    "viewlog-deduplicate": Comparison(
        title="viewlog-reporter report: what deduplicate costs",
        sides=(DEDUPLICATING, replace(REPORT, title="report as it is by default", subject=False, note="")),
        prepare=views,
        account=account,
        size="500MB",
        pairs=3,
    ),
    "viewlog-profile": Profile(
        title="viewlog-reporter report: where its time goes",
        subject=REPORT,
        prepare=views,
        size="2GB",
        parts=PARTS,
    ),
    "viewlog-memory": Growth(
        title="viewlog-reporter report: memory and checkpoint over one week and two",
        subject=SLOW,
        prepare=days,
        sizes="127MB,254MB",
        runs=1,
        kept="checkpoint",
    ),
    "viewlog-latency": Latency(
        title="viewlog-reporter report: from a minute's close to its reports",
        subject=LIVE,
        triggers=TRIGGERS,
        prepare=live,
        visible=visible,
        interval=MINUTE,
        watermark=WATERMARK,
    ),
}
