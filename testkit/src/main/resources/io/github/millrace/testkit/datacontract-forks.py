"""Runs command lines of datacontract, one after the other, as DataContractTool asks for them.

Each line of the input names a directory with the arguments, in which the output comes to lie, and at last the exit
status. The program is imported once. A command line runs in a fork, which nothing outlives: not the settings that it
has read, its logging, its environment, its caches, its connections, nor its working directory.
"""
import gc
import os
import sys
from pathlib import Path

# Threads do not come along into a fork, so there must be none: not those of numpy, nor of DuckDB's own connection.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# Beside the program what it imports when it first tests a file, which takes longer than all else.
import datacontract.cli
import duckdb
import ibis.backends.duckdb.converter

duckdb.default_connection().close()
# What is here at the fork stays until the end: a fork that looked for garbage in it would copy it all.
gc.freeze()


def run(directory: Path) -> int:
    """Runs the command line of a directory; returns its exit status, 128 + N if signal N has ended it."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        output = os.open(directory / "output", os.O_WRONLY | os.O_CREAT)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(directory)
        arguments = (directory / "arguments").read_text()
        sys.argv = ["datacontract", *(arguments.split("\0") if arguments else [])]
        sys.exit(datacontract.cli.main())
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status if status >= 0 else 128 - status


for line in sys.stdin:
    asked = Path(line.rstrip("\n"))
    (asked / ".status").write_text(str(run(asked)))
    (asked / ".status").rename(asked / "status")
