"""Runs command lines one after the other in one process of limited memory, and tells what each took.

``python -m tests.support.bounded SECONDS BYTES`` reads a JSON list of command lines from standard input and
prints one JSON document a line: exit code, what was printed, seconds of processor time, memory that the
process grew by beyond its peak before.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from tests.support.places import ROOT


@dataclass(frozen=True)
class Answer:
    """What a command line did."""

    code: int
    out: str
    err: str
    seconds: float
    grown: int
    """Bytes."""


def run_bounded(calls: list[list[str]], seconds: int, space: int) -> list[Answer]:
    """Run command lines in a process with as much processor time and address space."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.bounded", str(seconds), str(space)],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    answers = [Answer(**json.loads(line)) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (calls[len(answers)], done.returncode, done.stderr[-2000:])
    return answers


def _peak() -> int:
    """The most memory that this process held so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _answer(call: list[str]) -> Answer:
    from cli.main import run

    out, err = io.StringIO(), io.StringIO()
    before, began = _peak(), time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(call)
    seconds = time.process_time() - began
    return Answer(code, out.getvalue(), err.getvalue(), seconds, _peak() - before)


def main() -> None:
    """Set the limits, then answer call by call."""
    seconds, space = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    for call in json.load(sys.stdin):
        print(json.dumps(vars(_answer(call))), flush=True)


if __name__ == "__main__":
    main()
