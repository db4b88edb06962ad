"""What it costs to find a steward, and to level the loads of a district.

    python -m bench.stewards [--projects N] [--stewards N] [--districts N] [--json]

Projects in flight over districts, each with stewards of its own who have unlike loads; they are cloned by
SQL from one that was really registered. Measured is the choice of the steward of one more project, in its
transaction, as a registration makes it; and the proposal that levels one district, from reading what its
stewards have to the moves, with how many it takes at the least.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from sqlalchemy import text

from bench.decisions import register
from bench.w20 import NOW, databases, publish
from models import migrations
from services.cases.handover.rebalancing import rebalancing
from services.people.stewards import steward_by_rule
from services.unit_of_work import Database

#: Milliseconds of an assignment, seconds of a proposal.
MOST_TO_ASSIGN, MOST_TO_LEVEL = 20.0, 10.0
ROUNDS = 30


def seeded(url: str, projects: int, stewards: int, districts: int) -> Database:
    """A ledger with projects in flight, spread unevenly over the stewards of each district."""
    migrations.upgrade(url)
    publish(url)
    database = Database(url, pool_size=1)
    [model] = register(url, 1, 1)
    values = {"n": projects, "s": stewards, "d": districts, "model": model, "on": NOW.date()}
    with database.engine.connect() as connection:
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in _SEED:
            autocommit.execute(text(statement), values)
    return database


def run(projects: int, stewards: int, districts: int) -> dict[str, Any]:
    """The figures at a size."""
    with databases("stewards") as (url,):
        database = seeded(url, projects, stewards, districts)
        figures = {
            "assign in a district, ms": _to_assign(database, "d1"),
            "assign anywhere, ms": _to_assign(database, None),
        } | _level(database)
        database.close()
    return figures


def _to_assign(database: Database, place: str | None) -> float:
    taken = []
    for _ in range(ROUNDS):
        with database.transaction() as connection:
            start = perf_counter()
            steward_by_rule(connection, 15, NOW, place)
            taken.append((perf_counter() - start) * 1e3)
    return round(statistics.median(taken), 2)


def _level(database: Database) -> dict[str, Any]:
    start = perf_counter()
    proposal = rebalancing(database, "d1", NOW)
    taken = perf_counter() - start
    return {
        "level a district, s": round(taken, 2),
        "moves": len(proposal.moves),
        "moves at least": proposal.at_least,
        "spread before": float(proposal.before),
        "spread after": float(proposal.after),
        "spread asked for": float(proposal.target),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Seed, measure and print; exit code 1 where something is slower than its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--stewards", type=int, default=500)
    parser.add_argument("--districts", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = run(options.projects, options.stewards, options.districts)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{value:>12}  {name}\n" for name, value in figures.items())
    slow = max(figures[name] for name in figures if name.startswith("assign")) > MOST_TO_ASSIGN
    return 1 if slow or figures["level a district, s"] > MOST_TO_LEVEL else 0


_PROJECT = (
    "title, region, scenario_id, state, version, registered_on, attributes, calendar,"
    " waits_for_applicant, waits_for_department, enterprise"
)
#: The steward of a project: the fewer of the district's, the lower their number.
_OF_DISTRICT = "floor((:s / :d) * power(random(), 1.5))"
_SEED = (
    "SELECT setseed(0.5)",
    # Spans are written at once: trigger by trigger it takes minutes.
    "SET session_replication_role = replica",
    (
        "INSERT INTO unit (key, kind, name_zh, from_on) VALUES ('area', 'new_area', '新区', '2020-01-01')"
        " ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO unit (key, kind, name_zh, parent, from_on) SELECT 'd' || g, 'new_city', '新城',"
        " (SELECT key FROM unit WHERE kind = 'new_area' LIMIT 1), '2020-01-01'"
        " FROM generate_series(1, CAST(:d AS int)) g"
    ),
    (
        "INSERT INTO account (login, name, role, password_hash) SELECT 's' || g, 's', 'project_steward', '!'"
        " FROM generate_series(0, CAST(:s AS int) - 1) g"
    ),
    (
        "INSERT INTO role_grant (login, post, unit, capacity, from_on) SELECT 's' || g, 'project_steward',"
        " 'd' || 1 + g % CAST(:d AS int), 8 + g % 5, '2020-01-01'"
        " FROM generate_series(0, CAST(:s AS int) - 1) g"
    ),
    f"""INSERT INTO project (code, place, steward, {_PROJECT}, event_count, event_hash)
        SELECT 'B-' || g, 'd' || 1 + g % CAST(:d AS int),
            's' || g % CAST(:d AS int) + CAST(:d AS int) * CAST({_OF_DISTRICT} AS int), {_PROJECT}, 0,
            decode(repeat('00', 32), 'hex')
        FROM project, generate_series(1, CAST(:n AS int)) g WHERE id = :model""",  # noqa: S608
    """INSERT INTO steward_span (project_id, seq, steward, from_at, basis, weight)
        SELECT id, 0, steward, CAST(:on AS date) - 30, 'rule', 5 + 5 * (id % 6) FROM project WHERE id <> :model""",
    "VACUUM ANALYZE project",
    "VACUUM ANALYZE steward_span",
    "VACUUM ANALYZE role_grant",
    "SET session_replication_role = DEFAULT",
)


if __name__ == "__main__":
    raise SystemExit(main())
