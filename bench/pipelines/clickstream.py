"""clickstream-aggregator land."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.benchmark import Account, Benchmark, Side
from harness.comparison import Comparison
from harness.generator import generate
from harness.kafka import Topic, broker
from harness.parquet import query
from harness.profile import Profile
from harness.program import RIVALS, Jvm, SparkSubmit, job
from harness.truth import records, surplus
from harness.workspace import Workspace
from pipelines.viewlog import FLINK_OPENS, MAINS, PARTS, SPARK_KAFKA

# With Kafka's own bytes for a record.
BYTES_PER_EVENT = 220
BAD_SHARE = 0.005
# Of event time in the topic.
HOURS = 6
HOUR_MICROS = 3_600_000_000
START = "2026-01-01T00:00:00Z"
TOPIC = "app_logs"

# Type of event and hour since 1970.
Key = tuple[str, int]


# Input


@dataclass(frozen=True)
class Events(Topic):
    """path: the directory of the truth"""

    @property
    def truth(self) -> Path:
        return self.path / "truth.jsonl"


def events(workspace: Workspace, size: int) -> Events:
    """A filled topic of four partitions, on a broker that ends with the benchmark."""
    count = max(1000, size // BYTES_PER_EVENT)
    path = workspace.empty_directory(f"{TOPIC}-input")
    topic = Events(path, count, count * BYTES_PER_EVENT, broker(workspace, TOPIC), TOPIC)
    rate = max(1, count // (HOURS * 3600))
    generate(
        workspace,
        "app-logs",
        {**topic.options, "rate": rate, "bad-share": BAD_SHARE, "start": START, "truth": topic.truth},
    )
    return topic


# What was written


@cache
def expected(topic: Events) -> Counter[Key]:
    """How many events of each type there are in each hour."""
    return Counter(
        (event["says"]["eventType"], event["time"] // HOUR_MICROS)
        for event in records(topic.truth)
        if event["outcome"] == "good"
    )


def account(topic: Events, out: Path) -> Account:
    """Judges the landed events by the truth."""
    landed = out / "landed"
    files = [
        file
        for file in landed.glob("**/eventType=*/event_date=*/event_hour=*/*")
        if not any(part.startswith((".", "_")) for part in file.relative_to(landed).parts)
    ]
    found: Counter[Key] = Counter()
    for file, hour, count in query(f"filename, epoch_us(timestamp) // {HOUR_MICROS}, count(*)", files, grouped=True):
        found[_type(Path(file)), hour] += count
    wanted = expected(topic)
    return Account(wanted.total(), (wanted.total(),), surplus(out, "good events", wanted, found, exact=False))


def _type(file: Path) -> str:
    return file.parents[2].name.partition("=")[2]


# Sides

JOB = "clickstream-aggregator"
VALUES = {
    "kafka.bootstrapServers": "{input.servers}",
    "output": "{out}/landed",
    "checkpoint": "{out}/checkpoint",
    "feeds.app-logs.kafka.topic": "{input.name}",
    "feeds.app-logs.contract": "classpath:contracts/app-logs.odcs.yaml",
    "feeds.app-logs.eventTime": "timestamp",
}

LAND = Side(
    "land",
    "Millrace",
    job(JOB, "land", VALUES, "app-logs"),
    subject=True,
    note="validates every field by the contract of its type, quarantines with reasons what is bad, keeps a ledger,"
    " tells which hours are complete",
)

ARGUMENTS = ("{input.servers}", "{input.name}", "{out}/landed")

RIVAL_SIDES = (
    Side(
        "bare",
        "from_json, and Parquet by Spark's own sink",
        SparkSubmit(RIVALS, ARGUMENTS, main=f"{MAINS}.clickstream.BareMain", beside=SPARK_KAFKA),
        aim=0.65,
        note="one schema with the fields of all types; what breaks the contract is counted or dropped without a word",
    ),
    Side(
        "flink",
        "the same in Flink SQL, in one JVM",
        Jvm(
            "bench-rivals-flink",
            f"{MAINS}.flink.LandMain",
            ARGUMENTS,
            java=tuple(f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in FLINK_OPENS),
        ),
        aim=0.85,
        note="parallelism 2, a checkpoint every 10 s, Flink's filesystem sink",
    ),
)

BENCHMARKS: dict[str, Benchmark] = {
    "clickstream": Comparison(
        title="clickstream-aggregator land, beside what a user would run instead",
        sides=(LAND, *RIVAL_SIDES),
        prepare=events,
        account=account,
        size="1GB",
    ),
    "clickstream-profile": Profile(
        title="clickstream-aggregator land: where its time goes",
        subject=LAND,
        prepare=events,
        size="1GB",
        parts=PARTS,
    ),
}
