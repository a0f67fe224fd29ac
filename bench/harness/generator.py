"""Input made by datagen."""

import shutil
import subprocess
from pathlib import Path
from typing import Callable, Mapping

from harness.workspace import Workspace, jdk

SEED = 1


def generator(workspace: Workspace, kind: str, options: Mapping[str, object]) -> list[str]:
    """The command line of datagen for a kind of input."""
    pairs = {"seed": SEED, **options}.items()
    java = [jdk("java"), "-jar", str(workspace.jar("datagen")), kind]
    return [*java, *(part for name, value in pairs for part in (f"--{name}", str(value)))]


def generate(workspace: Workspace, kind: str, options: Mapping[str, object]) -> None:
    subprocess.run(generator(workspace, kind, options), stdout=subprocess.DEVNULL, check=True)


def made_once(path: Path, make: Callable[[Path], None]) -> Path:
    """A directory that is kept from run to run. One that is not whole has another name, which `make` is called with."""
    if not path.exists():
        partial = path.with_name(path.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        make(partial)
        partial.rename(path)
    return path
