"""Figure 3: finding and claiming, once, what is newly overdue, beside the floor in the same run.

    python -m bench.sweep [--projects N ...] [--rounds N] [--json]

W20 in flight: of the twenty items of a project ten are decided, six have a running clock, four wait;
in each round another hundredth of the clocks is newly overdue. Kaigong's side is the whole deadline
watch as it runs every five minutes: what time does by rule, the calendar, and each warning with its
claim, its hash-chained event, the notices to two readers and the wake-up of the project's flow. The
floor marks the rows and writes an outbox row each. Both take turns; quote the ratio, not the time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from typing import Any

import orjson
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class of another name
from sqlalchemy import text

from bench import floor
from bench.decisions import OFFICER, register, take
from bench.w20 import COMMENT, NOW, databases, dsn, publish
from models import migrations
from models.cases import commands as c
from models.cases.clock import CLOCKS, ClockFacts
from models.cases.facts import ITEMS, MATERIALS, STAGES, ProjectFacts
from models.clock.values import ClockStarted
from models.people.actor import SYSTEM
from rules.cases import timers
from rules.cases.context import Context
from services.cases.acts import execute
from services.cases.watch.deadlines import watch
from services.installation.policy import context_for
from services.ledger.rows import record
from services.ledger.store import load
from services.unit_of_work import Database

DECIDED = ("L1", "L2", "P1", "P2", "P3", "F1", "F2", "U1", "U2", "U3")
RUNNING = ("M1", "M2", "M3", "U4", "U5", "U6")
WAITING = ("J1", "J2", "J3", "J4")
#: One running clock of so many is newly overdue in a round.
SHARE = 100
#: More rounds would reach the day on which the other clocks are to be warned of.
MOST_ROUNDS = 6
#: Kaigong writes six rows where the floor writes two, four of them with a reference to check; below
#: this something got slower.
BOUND = 0.08


@dataclass(frozen=True)
class Sweep:
    """Medians of the rounds, times in milliseconds."""

    projects: int
    overdue: int
    """Clocks found and claimed in a round."""
    kaigong: float
    floor: float
    ratio: float
    """Of the speeds: the floor's time divided by Kaigong's, round by round."""
    kaigong_empty: float
    """Another sweep, which finds nothing."""
    floor_empty: float


# --- Kaigong's side -----------------------------------------------------------------------------


class Ledger:
    """A ledger of Kaigong with projects in flight, cloned from one that was really run."""

    def __init__(self, url: str, projects: int, rounds: int) -> None:
        migrations.upgrade(url)
        publish(url)
        self.database = Database(url, pool_size=2)
        [self._model] = register(url, 1, 1)
        for item in DECIDED:
            take(self.database, self._model, item)
            command = c.ApproveItem(item=item, comment=COMMENT)
            execute(self.database, self._model, command, OFFICER, NOW)
        self._context = context_for(SYSTEM, NOW)
        with self.database.reading() as connection:
            facts = load(connection, self._model).facts
        late = [self._late(_running(facts), number) for number in range(rounds)]
        self.days = [_day_after(clocks[0].due_on) for clocks in late]
        self._seed(projects, late)

    def sweep(self, day: date) -> tuple[int, float]:
        """One watch: warnings given, and milliseconds."""
        moment = datetime.combine(day, NOW.time(), NOW.tzinfo)
        began = perf_counter()
        report = watch(self.database, moment)
        taken = (perf_counter() - began) * 1e3
        if report.failed:
            raise RuntimeError(report.failed)
        return report.warnings, taken

    def calm(self) -> None:
        """Take the further rungs of this round's clocks out of the next round."""
        self._run("UPDATE clock SET next_rung_at = NULL WHERE next_rung = 'head'")

    def check(self, expected: int) -> None:
        """Raise unless every claim has its event and its notices exactly once."""
        queries = (
            "SELECT count(*) FROM clock WHERE 'red' = ANY(warned)",
            "SELECT count(*) FROM case_event WHERE kind = 'WarningGiven'",
            "SELECT count(*) FROM notice WHERE template = 'warning_red' AND audience = 'steward'",
        )
        with self.database.reading() as connection:
            counts = [connection.execute(text(query)).scalar_one() for query in queries]
        if counts != [expected] * len(queries):
            raise RuntimeError(f"{counts}, expected {expected} each")

    def _late(self, clocks: Any, number: int) -> list[ClockFacts]:
        """The running clocks as those that turn overdue in a round; they were yellow before."""
        started = self._context.calendar.add_working_days(NOW.date(), number)
        return [_warned(self._started(clock, started), self._context) for clock in clocks]

    def _started(self, clock: ClockFacts, on: date) -> ClockFacts:
        return timers.derived(replace(clock, history=(ClockStarted(on=on),)), self._context)

    def _seed(self, projects: int, late: list[list[ClockFacts]]) -> None:
        """Clone the model: of its clocks every hundredth of each round is late, the rest new."""
        with self.database.reading() as connection:
            facts = load(connection, self._model).facts
        new = [self._started(clock, self.days[0]) for clock in _running(facts)]
        rows = [record(CLOCKS, clock, 0) | {"remainder": None} for clock in new]
        for number, clocks in enumerate(late):
            rows += [record(CLOCKS, clock, 0) | {"remainder": number} for clock in clocks]
        values = {
            "model": self._model,
            "n": projects,
            "rows": orjson.dumps(rows).decode(),
            "running": list(RUNNING),
            "rounds": len(late),
            "share": SHARE,
        }
        for statement in _SEED:
            self._run(statement, **values)
        for table in ("project", "item", "clock", "stage", "material"):
            self._run(f"VACUUM ANALYZE {table}")

    def _run(self, statement: str, **values: Any) -> None:
        with self.database.engine.connect() as connection:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            autocommit.execute(text(statement), values)


def _running(facts: ProjectFacts) -> list[ClockFacts]:
    """The limits to decide that run; those that are stopped are cloned as they are."""
    return [clock for clock in facts.clocks.values() if clock.item in RUNNING]


def _warned(clock: ClockFacts, context: Context) -> ClockFacts:
    """The clock after its yellow was given in time."""
    last, on = clock.due_on, clock.yellow_on
    if last is None or on is None:
        raise RuntimeError("the clocks of W20 have limits")
    given = replace(clock, warned=("yellow",), warned_for=(last,), warned_on=(on,))
    return timers.derived(given, context)


def _day_after(day: date | None) -> date:
    if day is None:
        raise RuntimeError("the clocks of W20 have limits")
    return day + timedelta(days=1)


def _cloned(table: str, columns: Sequence[str], where: str = "true") -> str:
    listed = ", ".join(columns)
    own = ", ".join(f"m.{name}" for name in columns)
    return (
        f"INSERT INTO {table} (project_id, {listed}) SELECT p.id, {own} FROM project p, {table} m"  # noqa: S608
        f" WHERE m.project_id = :model AND p.id <> :model AND {where}"
    )


_OF_PROJECT = (
    "title, region, enterprise, steward, scenario_id, state, version, registered_on, completed_on,"
    " attributes, evaluated_version, flow_run_id, calendar"
)
_CLOCK = ", ".join(CLOCKS.codec.names)
#: The chain of a clone begins with its first warning.
_SEED = (
    "DELETE FROM wake_up",
    "UPDATE clock SET next_rung_at = NULL WHERE project_id = :model",
    f"""INSERT INTO project (code, {_OF_PROJECT}, event_count, event_hash)
        SELECT 'W20-' || g, {_OF_PROJECT}, 0, decode(repeat('00', 32), 'hex')
        FROM project, generate_series(1, :n) g WHERE id = :model""",  # noqa: S608
    _cloned("item", ITEMS.codec.names),
    _cloned("stage", STAGES.codec.names),
    _cloned("material", MATERIALS.codec.names),
    _cloned("clock", CLOCKS.codec.names, "m.state = 'stopped'"),
    f"""INSERT INTO clock (project_id, {_CLOCK})
        SELECT p.id, {", ".join(f"(r).{name}" for name in CLOCKS.codec.names)} FROM (
            SELECT (x ->> 'remainder')::int AS remainder, jsonb_populate_record(NULL::clock, x) AS r
            FROM jsonb_array_elements(CAST(:rows AS jsonb)) x) m
        JOIN project p ON p.id <> :model AND m.remainder IS NOT DISTINCT FROM
            NULLIF(LEAST((p.id * 6 + array_position(CAST(:running AS text[]), (r).item)) % :share,
                         :rounds), :rounds)""",  # noqa: S608
)


# --- the floor ----------------------------------------------------------------------------------

_FLOOR_SEED = (
    "INSERT INTO project (id, scenario) SELECT g, 'w20' FROM generate_series(1, %(n)s) g",
    """INSERT INTO item (project_id, code, state, ready_at, due_at, decided_at, decided_by, comment)
       SELECT g, c, CASE WHEN c = ANY(%(decided)s) THEN 'approved' WHEN c = ANY(%(running)s)
                THEN 'ready' ELSE 'waiting' END, now(),
              CASE WHEN (g * 6 + array_position(%(running)s, c)) %% %(share)s < %(rounds)s
                THEN now() + interval '1 day'
                     * ((g * 6 + array_position(%(running)s, c)) %% %(share)s)
                WHEN c = ANY(%(running)s) THEN now() + interval '1000 days' END,
              CASE WHEN c = ANY(%(decided)s) THEN now() END, 'officer', %(comment)s
       FROM generate_series(1, %(n)s) g, unnest(%(all)s) c""",
)
_FLOOR_SWEEP = """WITH late AS (UPDATE item SET overdue_at = now() WHERE state = 'ready'
    AND overdue_at IS NULL AND due_at < now() + interval '1 day' * %(day)s
    RETURNING id, project_id),
  told AS (INSERT INTO outbox (topic, data)
    SELECT 'item.overdue', jsonb_build_object('project', project_id, 'item', id) FROM late)
  SELECT id FROM late"""


def floor_seed(url: str, projects: int, rounds: int) -> Connection:
    """The floor's tables with the same projects in flight."""
    floor.create(url)
    connection = floor.connect(url)
    values = {
        "n": projects,
        "rounds": rounds,
        "share": SHARE,
        "decided": list(DECIDED),
        "running": list(RUNNING),
        "all": [*DECIDED, *RUNNING, *WAITING],
        "comment": COMMENT,
    }
    with connection.cursor() as cursor:
        for statement in _FLOOR_SEED:
            cursor.execute(statement, values)
    connection.commit()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE item")
    connection.autocommit = False
    return connection


def floor_sweep(connection: Connection, number: int) -> tuple[int, float]:
    """Mark what is overdue: how many, and milliseconds."""
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR_SWEEP, {"day": number + 1e-3})
        overdue = len(cursor.fetchall())
    connection.commit()
    return overdue, (perf_counter() - began) * 1e3


# --- both ---------------------------------------------------------------------------------------


def measure(projects: int, rounds: int) -> Sweep:
    """Both sides in turns; the first round warms up and is left out."""
    times: dict[str, list[float]] = {name: [] for name in ("ours", "empty", "floor", "floor_empty")}
    with databases("kaigong", "floor") as (ours, theirs):
        ledger = Ledger(ours, projects, rounds + 1)
        connection = floor_seed(dsn(theirs), projects, rounds + 1)
        claimed = 0
        for number, day in enumerate(ledger.days):
            overdue = _timed(times["ours"], ledger.sweep(day))
            again = _timed(times["empty"], ledger.sweep(day))
            floors = _timed(times["floor"], floor_sweep(connection, number))
            nothing = _timed(times["floor_empty"], floor_sweep(connection, number))
            if again or nothing or overdue != floors:
                raise RuntimeError(f"{overdue} and {again} found, floor {floors} and {nothing}")
            claimed += overdue
            ledger.check(claimed)
            ledger.calm()
        connection.close()
        ledger.database.close()
    median = {name: statistics.median(durations[1:]) for name, durations in times.items()}
    pairs = list(zip(times["floor"][1:], times["ours"][1:], strict=True))
    ratio = statistics.median(floors / ours for floors, ours in pairs)
    return Sweep(
        projects, overdue, median["ours"], median["floor"], ratio, median["empty"],
        median["floor_empty"],
    )  # fmt: skip


def _timed(times: list[float], outcome: tuple[int, float]) -> int:
    overdue, taken = outcome
    times.append(taken)
    return overdue


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when the ratio at the first number of projects is below its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--projects", type=int, nargs="+", default=[10_000])
    parser.add_argument("--rounds", type=int, default=MOST_ROUNDS - 1, help="after one to warm up")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if not 0 < options.rounds < MOST_ROUNDS:
        parser.error(f"--rounds: 1 to {MOST_ROUNDS - 1}")
    sweeps = [measure(projects, options.rounds) for projects in options.projects]
    if options.json:
        sys.stdout.write(json.dumps([asdict(sweep) for sweep in sweeps], indent=2) + "\n")
    else:
        for sweep in sweeps:
            sys.stdout.write(
                f"{sweep.projects} projects: {sweep.overdue} overdue found in"
                f" {sweep.kaigong:.1f} ms, floor {sweep.floor:.1f} ms, ratio {sweep.ratio:.2f};"
                f" nothing found in {sweep.kaigong_empty:.1f} ms, floor {sweep.floor_empty:.1f} ms\n"
            )
        for small, large in pairwise(sweeps):
            sys.stdout.write(
                f"{large.projects / small.projects:g} times the projects:"
                f" {large.kaigong / small.kaigong:.1f} times the time,"
                f" floor {large.floor / small.floor:.1f}\n"
            )
    return 0 if sweeps[0].ratio >= BOUND else 1


if __name__ == "__main__":
    raise SystemExit(main())
