"""Facts about the machine and the versions that a result depends on."""

import hashlib
import os
import platform
import re
import subprocess
from pathlib import Path

from harness.workspace import TOOLS, Workspace, jdk


def take_cores(wanted: int) -> list[int]:
    """Keeps this process, and all that it starts, to as many cores; returns which."""
    cores = sorted(os.sched_getaffinity(0))[:wanted]
    os.sched_setaffinity(0, cores)
    return cores


def facts(cores: list[int]) -> dict[str, object]:
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return {
        "cpu": cpu[1] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "coresUsed": cores,
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": f"{platform.system()} {platform.release()}",
        "loadBefore": os.getloadavg()[0],
    }


def versions(workspace: Workspace) -> dict[str, str]:
    found = {
        "millrace": revision(workspace.root),
        "spark": next(workspace.spark.glob("jars/spark-core_*.jar")).stem.rpartition("-")[2],
        "java": _java(),
        "python": platform.python_version(),
    }
    for info in TOOLS.glob("lib/python*/site-packages/*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        if name in ("duckdb", "polars"):
            found[name] = version
    found["flink"] = workspace.classpath("bench-rivals-flink", "flink-table-runtime")[0].stem.rpartition("-")[2]
    found["kafka-clients"] = workspace.classpath("bench-rivals", "kafka-clients")[0].stem.rpartition("-")[2]
    for jar in sorted(workspace.jars.glob("*.jar")):
        found[jar.name] = "sha256:" + hashlib.sha256(jar.read_bytes()).hexdigest()[:16]
    return found


def _java() -> str:
    told = subprocess.run([jdk("java"), "-version"], capture_output=True, text=True, check=True).stderr
    return re.search(r'version "(.*?)"', told)[1]


def revision(root: Path) -> str:
    """What a checkout has, and whether it was changed."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True).stdout.strip()

    commit = git("rev-parse", "--short=12", "HEAD") or "unknown"
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results")
    return commit + (" with changes" if changed else "")
