"""Every benchmark, one after the other, each in a process of its own.

    python -m bench [NAME ...] [--json]

Without names all of them. Exit code 1 when one of them failed or passed its own bound. A new one is a
module with ``python -m bench.NAME --json`` that prints one JSON document, and a line in ``BENCHES``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Module → what it measures.
BENCHES: Mapping[str, str] = {
    "clock": "What a deadline costs",
    "decisions": "Decisions per second, beside the floor",
    "sweep": "Finding and claiming what is newly overdue, beside the floor",
    "lists": "Lists, inboxes and the numbers beside the menu, at the database",
    "stewards": "Finding a steward, and levelling the loads of a district",
    "recount": "Counting every last day anew on a new calendar, with the portal in use",
    "wakeups": "Wake-ups of projects per second on a real Prefect server",
    "uploads": "Four uploads of 100 MB at once: the portal's memory, and its answers to others",
    "simulation": "Rehearsing a scenario",
}


def run(name: str) -> tuple[int, Any]:
    """One benchmark: its exit code, and the document it printed (``None`` when it failed)."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--json"], stdout=subprocess.PIPE, check=False
    )
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.returncode or 1, None


def lines(figures: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """The figures of a document, one a line."""
    if isinstance(figures, Mapping):
        for key, value in figures.items():
            yield from lines(
                value, f"{prefix}{key}: " if isinstance(value, Mapping) else f"{prefix}{key}"
            )
    elif isinstance(figures, list):
        for number, value in enumerate(figures, 1):
            yield from lines(value, f"{prefix}{number}: " if len(figures) > 1 else prefix)
    else:
        yield prefix, figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them and print a table, or one JSON document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], help="default: all")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    machine = f"{os.cpu_count()} processors, Python {platform.python_version()}"
    document: dict[str, Any] = {"machine": machine}
    failed = []
    for name in options.names or BENCHES:
        code, figures = run(name)
        document[name] = figures
        if code:
            failed.append(name)
        if not options.json:
            _print(name, code, figures)
    document["failed"] = failed
    if options.json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    return 1 if failed else 0


def _print(name: str, code: int, figures: object) -> None:
    verdict = "" if code == 0 else "   FAILED OR BELOW ITS BOUND"
    sys.stdout.write(f"\n{name}: {BENCHES[name]}{verdict}\n")
    for figure, value in lines(figures):
        shown = f"{value:12.3f}" if isinstance(value, float) else f"{value!s:>12}"
        sys.stdout.write(f"{shown}  {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
