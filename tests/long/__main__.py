"""``python -m tests.long [branches] [tables] [sizes] [restores] [upgrade] [release] [crash] [mutants]``: all of them where none is named.

Stopped with Ctrl-C or by a machine that went down it goes on after the last finished step the next time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.long import branches, crashes, mutation, release, restores, tables, upgrade, whole_sizes
from tests.long.record import FOLDER, PAGE, Progress, Result, write_down

PARTS = ("branches", "tables", "sizes", "restores", "upgrade", "release", "crash", "mutants")
Step = tuple[str, Callable[[], Result]]


def steps(parts: list[str], seed: int) -> Iterator[Step]:
    """The steps of a run in their order: the quick ones first."""
    if "branches" in parts:
        yield branches.STEP, branches.measure
    if "tables" in parts:
        yield tables.STEP, tables.run
    if "sizes" in parts:
        for path in whole_sizes.files():
            yield whole_sizes.step(path), lambda path=path: whole_sizes.run(path, seed)
    if "restores" in parts:
        yield restores.STEP, restores.run
    if "upgrade" in parts:
        yield upgrade.STEP, upgrade.run
    if "release" in parts:
        yield release.STEP, release.run
    if "crash" in parts:
        yield crashes.STEP, lambda: crashes.run(seed)
    if "mutants" in parts:
        yield mutation.STEP, mutation.run


def run(todo: Iterator[Step], progress: Progress, page: Path = PAGE) -> bool:
    """Every step that is not done yet; whether all of them passed."""
    passed = True
    for name, step in todo:
        if progress.is_done(name):
            print(f"{name}: done before", flush=True)
            continue
        print(f"{name} ...", flush=True)
        result = step()
        write_down(result, page)
        print(f"{name}: {result.figures}", flush=True)
        if result.passed:
            progress.finish(name)
        passed = passed and result.passed
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.long", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parts = parser.parse_args().parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    progress = Progress(FOLDER / "progress.json")
    if not run(steps(parts, progress.seed), progress):
        return 1
    progress.forget()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
