"""Topics of a real broker."""

from dataclasses import dataclass

from harness.benchmark import Dataset
from harness.service import testkit
from harness.workspace import Workspace

PARTITIONS = 4


@dataclass(frozen=True)
class Topic(Dataset):
    """
    path: the directory for what the generator writes beside the topic
    servers: the broker's address
    """

    servers: str
    name: str

    @property
    def options(self) -> dict[str, object]:
        """Those with which the generator fills it."""
        return {
            "to": "kafka",
            "bootstrap-servers": self.servers,
            "topic": self.name,
            "partitions": PARTITIONS,
            "count": self.records,
        }


def broker(workspace: Workspace, *topics: str) -> str:
    """Starts a broker with these topics, which ends with the benchmark; returns its address."""
    return testkit(workspace, "KafkaMain", *topics)
