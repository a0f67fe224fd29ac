"""Result files: all numbers as JSON, the table as Markdown."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Mapping

from harness.benchmark import Result
from harness.size import format_size


def write(
    directory: Path, name: str, title: str, result: Result, facts: Mapping[str, object], versions: Mapping[str, str]
) -> str:
    """Writes both files; returns the Markdown."""
    now = datetime.now(timezone.utc)
    directory.mkdir(parents=True, exist_ok=True)
    everything = {
        "benchmark": name,
        "at": now.isoformat(timespec="seconds"),
        "machine": facts,
        "versions": versions,
        **result.raw,
    }
    raw = directory / f"{name}-{now:%Y-%m-%d-%H%M}.json"
    raw.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n")
    markdown = f"# {title}\n\n{result.table}\n\n{_provenance(now, raw, facts, versions)}\n"
    (directory / f"{name}.md").write_text(markdown)
    return markdown


def _provenance(now: datetime, raw: Path, facts: Mapping[str, object], versions: Mapping[str, str]) -> str:
    programs = ", ".join(f"{name} {version}" for name, version in versions.items() if not name.endswith(".jar"))
    return (
        f"{now:%Y-%m-%d}, {facts['cpu']}, {len(facts['coresUsed'])} of {facts['cores']} cores,"
        f" {format_size(facts['memory'])} of memory, load before {facts['loadBefore']:.1f}; {programs}."
        f" All numbers: [{raw.name}]({raw.name})."
    )
