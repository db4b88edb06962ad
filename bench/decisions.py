"""Figure 1: decisions per second, one client and four, beside the floor in the same run.

    python -m bench.decisions [--projects N] [--rounds N] [--json]

Kaigong and the floor take turns, project set by project set, so that a noisy machine is noisy for
both. A decision of Kaigong goes through the same service as a click: permission, transition table,
clocks, hash-chained events, notices and wake-up. Quote the ratio, not the rate.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from bench import floor
from bench.w20 import COMMENT, ITEMS, NOW, databases, dsn, publish
from models import migrations
from models.cases import commands as c
from models.people.actor import Actor, Role
from services.cases.acts import execute
from services.cases.registration import RegisterProject, register_project
from services.unit_of_work import Database

OFFICER = Actor("officer", Role.APPROVER, department="w20_bureau")
EXAMINER = Actor("examiner", Role.HANDLER, department="w20_bureau")
CLERK = Actor("clerk", Role.WINDOW_CLERK)
CLIENTS = (1, 4)
GOAL = 0.5


@dataclass(frozen=True)
class Figure:
    """What one side reached with a number of clients."""

    rate: float
    """Decisions per second, all clients together."""
    p50: float
    """Milliseconds."""
    p95: float


def decide_kaigong(url: str, numbers: Sequence[int]) -> list[float]:
    """Every item of every project, round by round; seconds of each decision."""
    database = Database(url, pool_size=1)
    command = {code: c.ApproveItem(item=code, comment=COMMENT) for code in ITEMS}
    taken = []
    for code in ITEMS:
        for number in numbers:
            take(database, number, code)
            decision = partial(execute, database, number, command[code], OFFICER, NOW)
            taken.append(_timed(decision))
    database.close()
    return taken


def take(database: Database, number: int | str, code: str) -> None:
    """Somebody else than who decides has the item in hand: not part of what is measured."""
    execute(database, number, c.TakeItem(item=code), EXAMINER, NOW)


def decide_floor(url: str, numbers: Sequence[int]) -> list[float]:
    """The same work on the floor."""
    connection = floor.connect(dsn(url))
    items = floor.start(connection, numbers)
    taken = [
        _timed(lambda n=n, code=code: floor.decide(connection, n, items[n], code))  # type: ignore[misc]
        for code in ITEMS
        for n in numbers
    ]
    connection.close()
    return taken


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def register(url: str, first: int, count: int) -> list[int]:
    """Projects of Kaigong, ready to be decided; their numbers."""
    database = Database(url, pool_size=1)
    numbers = [
        register_project(
            database,
            RegisterProject(
                code=f"2611-611102-04-01-{number:06d}",
                title=f"W20 {number}",
                enterprise="91611102MA0FAKE175",
                enterprise_name="W20",
                scenario="w20",
            ),
            CLERK,
            NOW,
        ).project_id
        for number in range(first, first + count)
    ]
    database.close()
    return numbers


Side = Callable[[str, Sequence[int]], list[float]]


def run(side: Side, url: str, numbers: Sequence[int], clients: int) -> Figure:
    """One side with so many client processes, each with projects of its own."""
    shares = [list(numbers[i::clients]) for i in range(clients)]
    if clients == 1:
        durations = side(url, shares[0])
        wall = sum(durations)
    else:
        with multiprocessing.get_context("spawn").Pool(clients) as pool:
            pool.starmap(_warm, [(i,) for i in range(clients)], chunksize=1)
            results = pool.starmap(_client, [(side, url, share) for share in shares], chunksize=1)
        durations = [duration for result, _ in results for duration in result]
        wall = max(seconds for _, seconds in results)
    durations.sort()
    middle, late = durations[len(durations) // 2], durations[int(len(durations) * 0.95)]
    return Figure(len(durations) / wall, middle * 1e3, late * 1e3)


def _warm(_: int) -> None:
    """Imports are no decisions."""


def _client(side: Side, url: str, numbers: Sequence[int]) -> tuple[list[float], float]:
    taken = side(url, numbers)
    return taken, sum(taken)


def measure(projects: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians of the rounds for each number of clients, and the ratio of the rates per round."""
    figures: dict[str, dict[str, float]] = {}
    with databases("kaigong", "floor") as (ours, theirs):
        migrations.upgrade(ours)
        floor.create(dsn(theirs))
        publish(ours)
        first = 1
        for clients in CLIENTS:
            pairs = []
            for _ in range(rounds + 1):
                numbers = register(ours, first, projects)
                floors = range(first, first + projects)
                mine = run(decide_kaigong, ours, numbers, clients)
                pairs.append((mine, run(decide_floor, theirs, floors, clients)))
                first += projects
            figures[f"{clients} client{'s' if clients > 1 else ''}"] = _medians(pairs[1:])
    return figures


def _medians(pairs: Sequence[tuple[Figure, Figure]]) -> dict[str, float]:
    median = statistics.median
    return {
        "decisions/s": median(a.rate for a, _ in pairs),
        "floor/s": median(b.rate for _, b in pairs),
        "ratio": median(a.rate / b.rate for a, b in pairs),
        "p50 ms": median(a.p50 for a, _ in pairs),
        "p95 ms": median(a.p95 for a, _ in pairs),
        "floor p50 ms": median(b.p50 for _, b in pairs),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when a ratio is below the goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--projects", type=int, default=40, help="a round and side")
    parser.add_argument("--rounds", type=int, default=5, help="after one to warm up")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    measured = measure(options.projects, options.rounds)
    if options.json:
        sys.stdout.write(json.dumps(measured, indent=2) + "\n")
    else:
        for name, figures in measured.items():
            line = ", ".join(f"{key} {value:.2f}" for key, value in figures.items())
            sys.stdout.write(f"{name}: {line}\n")
    return 0 if all(figures["ratio"] >= GOAL for figures in measured.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
