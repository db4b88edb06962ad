"""The program that wrote the frozen ledger. **It was run once, and is never run again.**

What it wrote (``tests/data/frozen_ledger``) is a ledger as the program of November 2026 left it:
its chains were hashed, its rows written and its documents worded by that program. Every later version
has to restore, upgrade and audit it clean, as it would have to in a district that was installed then.
A later version that cannot is wrong; writing the ledger anew would make the failure go away and keep
the fault. This module stands here so that anyone can read how the ledger came to be::

    python -m tests.support.frozen.writing

refuses while the ledger is there.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, text

from config.settings import set_environment
from deployments.demo.cast import Cast
from deployments.demo.in_flight import DirectMachine, Nobody
from deployments.demo.play import Rehearsal
from deployments.demo.stories import Dates, Story, stories
from deployments.local.postgres import Postgres
from models import migrations
from models.cases import commands as c
from models.people.actor import Actor
from models.scenarios.definition import LimitDefinition, ScenarioDefinition
from models.tables import metadata
from rules.formats import credit_check_symbol, organisation_check_symbol
from services.cases.audit import verify
from services.cases.migration import migrate_projects
from services.cases.registration import register_project
from services.cases.watch.deadlines import watch
from services.notices.notice_list import mark_read
from services.notices.notices import pump
from services.people import accounts, tokens
from services.scenarios import versions
from services.scenarios.scenario_files import publish_shipped, shipped
from services.timing import write_clock_file
from tests.support.canteen import SECOND, canteen, published_by_two
from tests.support.frozen.plays import plays
from tests.support.frozen.restoring import DATA, MANIFEST, Manifest
from tests.support.holidays import NOTICE_2027, own_notice
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, LEADER, STEWARD, approver, handler, head
from tests.support.play import SHA, SIGNED, START, Play, moment
from tests.support.states import ASKS, PROCEDURE
from tests.support.yard import LAND, PLANNING, YARD, changed_item, item

#: Before every story begins.
PUBLISHED = date(2023, 1, 9)
HAND_OVER = date(2026, 4, 3)
#: Five working days later the new year has begun, of which a notice is announced then.
ANNOUNCED = date(2026, 12, 28)
#: Nobody signs in with it: it is the hash of no password.
NO_PASSWORD = "!"


class Writer(Ledger):
    """A ledger into which everything is played through the services."""

    def __init__(self, url: str, clock: Path) -> None:
        self._clock = clock
        self._places = count(1)
        self._officers: set[str] = set()
        self.codes: dict[str, str] = {}
        write_clock_file(clock, moment(PUBLISHED))
        super().__init__(url)
        with self.database.transaction() as connection:
            publish_shipped(connection, ADMINISTRATOR, moment(PUBLISHED))
            connection.execute(_PAPER, {"sha": SHA})
            for actor in (ADMINISTRATOR, SECOND, CLERK, LEADER, replace(STEWARD, login="steward2")):
                _settle(connection, actor)
        self._keys = {YARD.content_hash: YARD.key}
        self._keys |= {one.definition.content_hash: key for key, one in shipped().items()}
        self.employ(YARD)
        tokens.issue_token(self.database, STEWARD.login, "a token", self.now)

    def go_to(self, on: date) -> None:
        super().go_to(on)
        write_clock_file(self._clock, moment(on))

    def employ(self, scenario: ScenarioDefinition) -> None:
        """Officers for every department of a scenario that has none yet."""
        with self.database.transaction() as connection:
            accounts.know_departments(connection, scenario.departments)
            for department in sorted(scenario.department.keys() - self._officers):
                self._officers.add(department)
                for make in (handler, approver, head):
                    _settle(connection, make(department))

    def key_of(self, scenario: ScenarioDefinition) -> str:
        """The key under which a scenario is published; a changed yard gets one of its own."""
        content = scenario.content_hash
        if content not in self._keys:
            self._keys[content] = self.publish(scenario, f"yard-{len(self._keys)}")
        self.employ(scenario)
        return self._keys[content]

    def publish(self, scenario: ScenarioDefinition, key: str, version: int = 1) -> str:
        """Publish a scenario under a key; answers the key."""
        made = scenario.model_copy(update={"key": key, "version": version})
        with self.database.transaction() as connection:
            versions.publish(connection, made, "in code", ADMINISTRATOR, moment(PUBLISHED))
        return key

    def enterprise(self) -> str:
        """The credit code of another enterprise, whose record is clean."""
        number = f"MA{next(self._places):06d}"
        first = f"91611102{number}{organisation_check_symbol(number)}"
        return first + credit_check_symbol(first)

    # --- ways to play ---------------------------------------------------------------------------

    def play_again(self, name: str, play: Play) -> None:
        """Do what was played on pure facts through the services, in a project of its own."""
        enterprise = self.enterprise()
        self.go_to(play.began)
        request = self.request(
            title=name,
            enterprise=enterprise,
            enterprise_name=name,
            scenario=self.key_of(play.scenario),
            attributes=play.attributes,
        )
        self.codes[name] = project = register_project(
            self.database, request, CLERK, self.now
        ).project
        for on, actor, command in play.acts:
            self.go_to(on)
            doer = replace(actor, enterprise=enterprise) if actor.enterprise else actor
            self.do(project, _without_numbers(command), doer)
        played = {code: item.state for code, item in play.facts.items.items()}
        assert {code: item.state for code, item in self.facts(project).items.items()} == played

    def rehearse(self, definition: ScenarioDefinition, tales: Sequence[Story]) -> None:
        """The people of the demonstration bring projects from filing to keys."""
        cast = Cast(self.database, definition)
        cast.gather({tale.enterprise: tale.enterprise_name for tale in tales})
        machine = DirectMachine(self.database)
        Rehearsal(self.database, cast, machine, Nobody(), self._clock).play(tales)

    def days(self, until: date, step: int) -> None:
        """Time acts and the machine does its part, every few days."""
        while self.today < until:
            self.go_to(min(self.today + timedelta(days=step), until))
            assert watch(self.database, self.now).failed == []
            DirectMachine(self.database).settle(self.now)


def _settle(connection: Connection, actor: Actor) -> None:
    account = accounts.NewAccount(
        login=actor.login,
        name=actor.login,
        role=actor.role,
        department=actor.department,
        password=SecretStr("nobody signs in"),
    )
    accounts.insert_account(connection, account, hashed=NO_PASSWORD)


def _without_numbers(command: c.ProjectCommand) -> c.ProjectCommand:
    """The ledger numbers its documents itself."""
    if isinstance(command, c.IssueDocument):
        return command.model_copy(update={"number": None})
    if isinstance(command, c.ReleaseBundle):
        return command.model_copy(update={"numbers": {}})
    return command


# --- what is played -------------------------------------------------------------------------------


def shipped_scenarios(writer: Writer) -> None:
    """One project of every shipped scenario to its end, and those with dates of their own."""
    for number, (key, one) in enumerate(sorted(shipped().items()), 1):
        tale, history = stories(key, 2, seed=7)
        tales = [_for(writer, tale, number)]
        if history.dates:
            tales.append(_for(writer, history, number))
        if key == "industrial-simple":
            tales += [_together(writer, HAND_OVER), _together(writer, date(2026, 4, 27))]
        writer.rehearse(one.definition, tales)
    writer.rehearse(published_by_two(writer.database), [_for(writer, canteen(1), 99)])


def _for(writer: Writer, tale: Story, number: int) -> Story:
    code = tale.code[:-6] + f"{9000 + number:06d}"
    return replace(tale, code=code, enterprise=writer.enterprise())


def _together(writer: Writer, handed_over: date) -> Story:
    """Four certificates that are to be issued on the day of the hand-over."""
    first = date(2026, 3, 23)
    after = {"E0": 0, "A01": 0, "C03": 0, "A07": 1, "A09": 1, "B02": 7, "C01": 8, "C05": 10}
    days = {code: first + timedelta(days=number) for code, number in after.items()}
    return Story(
        code=f"2603-611102-04-01-00{handed_over:%m%d}",
        title="标准地项目",
        enterprise=writer.enterprise(),
        enterprise_name="标准地企业",
        scenario="industrial-simple",
        begins=first,
        seed=1,
        attributes={"four_certificates": True, "needs_heat": False},
        dates={code: Dates(on, on) for code, on in (days | {"E0H": handed_over}).items()},
    )


def time_acts(writer: Writer) -> None:
    """Nobody does anything in time: warnings, letters, silence, voidings, lapses, credit entries."""
    writer.go_to(START)
    overdue, late = writer.accepted(), writer.accepted()
    scenario = writer.key_of(changed_item("A1", consults=ASKS))
    _apply(writer, _registered(writer, scenario=scenario), "A1")
    writer.do(late, c.SuspendClock(item="A1", procedure=PROCEDURE, planned_days=3))
    silent = writer.register()
    writer.hand_in(silent, "plan")
    writer.do(silent, c.SubmitApplication(item="A1"))
    promised = [_promised(writer) for _ in range(3)]
    pit = writer.register(phased=True)
    writer.hand_in(pit, "plan", "archive", "insurance", "survey", "drawings")
    writer.do(pit, c.RecordMilestone(item="E0", happened_on=writer.today))
    _apply(writer, pit, "A2", "B1", granted=True)
    writer.days(date(2026, 11, 17), 1)
    reply = c.ReplyToSupervision(
        item="A1", number=1, cause="人手不足", measures="加派人员", until=date(2026, 11, 24)
    )
    writer.do(overdue, reply, head(PLANNING))
    writer.days(date(2027, 5, 14), 6)
    _lift_credit(writer, promised)


def _lift_credit(writer: Writer, projects: Sequence[str]) -> None:
    """The first dishonesty is made up for, the second was none; the third one stands."""
    for project, act in zip(projects, (c.RepairCredit, c.CorrectCredit), strict=False):
        which = "FROM credit_entry c JOIN project p ON p.id = c.project_id WHERE p.code = :p"
        item = str(writer.scalar(f"SELECT c.item {which}", p=project))
        entry = writer.scalar(f"SELECT c.id {which}", p=project)
        assert isinstance(entry, int)
        writer.do(project, act(item=item, entry=entry, reason="the window had it"), head(LAND))


def _registered(writer: Writer, **values: object) -> str:
    request = writer.request(**values)
    return register_project(writer.database, request, CLERK, writer.now).project


def _apply(writer: Writer, project: str, *items: str, granted: bool = False) -> None:
    writer.hand_in(project, "plan")
    for code in items:
        writer.do(project, c.SubmitApplication(item=code))
        writer.do(project, c.AcceptApplication(item=code))
        if granted:
            writer.do(project, c.ApproveItem(item=code))


def _promised(writer: Writer) -> str:
    """A project whose filing was granted on the promise of the archive."""
    project = writer.register()
    writer.hand_in(project, "plan", "survey", "insurance")
    writer.do(project, c.RecordMilestone(item="E0", happened_on=writer.today))
    writer.do(project, c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    writer.do(project, c.AcceptApplication(item="A2"))
    writer.do(project, c.ApproveItem(item="A2"))
    return project


def another_version(writer: Writer) -> None:
    """Projects move to a second version of their scenario: one item more, a shorter promise."""
    writer.go_to(START)
    key = writer.publish(YARD, "yard-moving")
    for number in range(3):
        project = _registered(writer, scenario=key)
        writer.codes[f"moved {number + 1}"] = project
        if number:
            _apply(writer, project, "A1", granted=number > 1)
    shorter = {"promised": LimitDefinition(days=3, source="test")}
    items = [one.model_copy(update=shorter) if one.code == "A1" else one for one in YARD.items]
    made = {**YARD.model_dump(by_alias=True), "items": (*items, item("X1", "land", LAND))}
    writer.publish(ScenarioDefinition.model_validate(made), key, 2)
    moved = migrate_projects(writer.database, key, 1, 2, ADMINISTRATOR, writer.now).projects
    assert [one.migrated for one in moved] == [True, True, True]
    writer.do(writer.codes["moved 2"], c.SubmitApplication(item="X1"))


def another_calendar(writer: Writer) -> None:
    """A notice is announced while limits run: one project follows it, the others have not yet."""
    writer.go_to(ANNOUNCED)
    with own_notice() as path:
        path.unlink(missing_ok=True)
        before = writer.codes["before the notice"] = writer.accepted()
        path.write_text(NOTICE_2027, encoding="utf-8")
        writer.do(before, c.ExtendLimit(item="A1", reason="a complicated case"))
        writer.codes["after the notice"] = writer.accepted()


def told(writer: Writer) -> None:
    """Everyone gets their notices so far, and somebody reads them."""
    pump(writer.database, writer.now)
    mark_read(writer.database, STEWARD, writer.now)


# --- the dump -------------------------------------------------------------------------------------


def dump(connection: Connection) -> str:
    """Every row of every table, in the order in which they can be put back, and where numbers go on."""
    cursor = connection.connection.cursor()
    parts: list[str] = []
    for table in metadata.sorted_tables:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        order = ", ".join(f'"{column.name}"' for column in table.primary_key)
        out = io.StringIO()
        cursor.copy_expert(f"COPY (SELECT {columns} FROM {table} ORDER BY {order}) TO STDOUT", out)
        parts.append(f"COPY {table} ({columns}) FROM STDIN;\n{out.getvalue()}\\.\n")
        parts += [
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column.name}'),"
            f" (SELECT max({column.name}) FROM {table}));\n"
            for column in table.columns
            if column.identity is not None
        ]
    return "".join(parts)


def settle(connection: Connection) -> None:
    """Neither the database's own clock nor any password is part of the ledger."""
    connection.execute(text("UPDATE account SET password_hash = :none"), {"none": NO_PASSWORD})
    for table in metadata.sorted_tables:
        for column in table.columns:
            default = getattr(column.server_default, "arg", None)
            if str(default) == "now()":
                values = {"now": moment(ANNOUNCED)}
                connection.execute(text(f"UPDATE {table} SET {column.name} = :now"), values)


def describe(connection: Connection, codes: dict[str, str]) -> Manifest:
    """What the ledger holds."""

    def counted(query: str) -> dict[str, int]:
        return {row[0]: row[1] for row in connection.execute(text(query))}

    revision = migrations.current_revision(connection)
    assert revision is not None
    rows = {
        table.name: counted(f"SELECT 'rows', count(*) FROM {table}")["rows"]
        for table in sorted(metadata.sorted_tables, key=lambda one: one.name)
    }
    kinds = "SELECT kind, count(*) FROM case_event GROUP BY kind ORDER BY kind"
    states = "SELECT state, count(*) FROM item GROUP BY state ORDER BY state"
    return Manifest(revision, rows["project"], counted(kinds), counted(states), rows, codes)


def write(url: str, clock: Path) -> None:
    """Play everything and write it down."""
    migrations.upgrade(url)
    writer = Writer(url, clock)
    shipped_scenarios(writer)
    time_acts(writer)
    told(writer)
    for name, play in plays().items():
        writer.play_again(name, play)
    another_version(writer)
    another_calendar(writer)
    report = verify(writer.database)
    assert report.ok, report.first_broken
    with writer.database.transaction() as connection:
        settle(connection)
        manifest = describe(connection, writer.codes)
        content = dump(connection)
    writer.close()
    DATA.parent.mkdir(parents=True, exist_ok=True)
    DATA.write_bytes(gzip.compress(content.encode(), mtime=0))
    described = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    MANIFEST.write_text(described + "\n", encoding="utf-8")


def main() -> None:
    """Write the frozen ledger, unless it is there."""
    if DATA.exists():
        sys.exit("The frozen ledger is there: it was written once and is never written again.")
    with tempfile.TemporaryDirectory() as folder:
        clock = Path(folder, "clock")
        set_environment(KAIGONG_DATA_DIR=folder, KAIGONG_CLOCK_FILE=str(clock))
        with Postgres(Path(folder), durable=False) as server:
            write(server.ensure_database("frozen"), clock)


_PAPER = text(
    "INSERT INTO stored_file (sha256, media_type, size) VALUES (:sha, 'application/pdf', 1)"
)

if __name__ == "__main__":
    main()
