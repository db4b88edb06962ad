"""A made-up part of the facts, declared here alone: stored, loaded, folded back, audited.

Nothing of the program names it: what is said in the declaration is all that there is to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import pytest
from sqlalchemy import MetaData, text

from models.cases import parts
from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.part import NO_TEXTS, Part, PartIndex, fact
from models.cases.states import ClockKind, ClockState
from models.clock.values import Limit
from models.people.actor import SYSTEM
from models.tables.parts import part_table
from models.tables.project import project as project_table
from rules.cases.draft import Draft
from services.cases.audit import verify
from services.cases.audit.faults import RowDiffers
from services.installation.policy import context_for
from services.ledger.event_log import Act
from services.ledger.store import StoredProject, load, save
from tests.support.ledger import Ledger


class NeighbourState(StrEnum):
    """Where the hearing of a neighbour is."""

    INVITED = "invited"
    HEARD = "heard"


@dataclass(frozen=True, slots=True)
class NeighbourFacts:
    """A neighbour who is heard before an item is decided."""

    item: str
    number: int
    name: str
    state: NeighbourState
    invited_on: date
    answer_by: date | None = None
    concerns: tuple[str, ...] = fact(default=(), server_default=NO_TEXTS)
    seen: int = fact(default=0, logged=False, sql="bigint", server_default="0")


NEIGHBOURS = Part(
    "neighbours",
    NeighbourFacts,
    table="neighbour",
    key=("item", "number"),
    label="neighbour",
    log="neighbours",
    checks={"number": "number >= 1"},
    indexes=(PartIndex("ix_neighbour_invited", ("answer_by",), "state = 'invited'"),),
)


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    with parts.registered(NEIGHBOURS):
        yield


@pytest.fixture
def hearing(ledger: Ledger) -> Ledger:
    """A ledger with the table of the part."""
    tables = MetaData(naming_convention=project_table.metadata.naming_convention)
    project_table.to_metadata(tables)
    with ledger.database.transaction() as connection:
        part_table(NEIGHBOURS, tables).create(connection)
    return ledger


def act(ledger: Ledger, project: str, *, heard: bool = False) -> StoredProject:
    """Invite a neighbour to be heard within five working days, or put on record what they said."""
    context = context_for(SYSTEM, ledger.now)
    with ledger.database.transaction() as connection:
        stored = load(connection, project, lock=True)
        draft = Draft(stored.facts, context)
        (hear if heard else invite)(draft)
        return save(connection, stored, draft.outcome(), Act(SYSTEM, ledger.now, "hear"))


def invite(draft: Draft) -> None:
    clock = draft.start_clock(
        ClockFacts("A1", ClockKind.CONSULTATION, 1, "neighbour 1"), promised=Limit(5)
    )
    row = NeighbourFacts("A1", 1, "Mrs Wang", NeighbourState.INVITED, draft.today)
    draft.enter(NEIGHBOURS, row, answer_by=clock.due_on)
    draft.record("NeighbourInvited", "A1", number=1)


def hear(draft: Draft) -> None:
    row = draft.of(NEIGHBOURS)["A1", 1]
    draft.stop_clock("A1", ClockKind.CONSULTATION, "neighbour 1", "heard")
    draft.enter(NEIGHBOURS, row, state=NeighbourState.HEARD, concerns=("noise", "dust"), seen=1)
    draft.record("NeighbourHeard", "A1", number=1)


def neighbour(facts: ProjectFacts) -> NeighbourFacts:
    return facts.of(NEIGHBOURS)["A1", 1]


def test_it_is_stored_and_loaded_in_the_projects_that_have_it(hearing):
    other, project = hearing.accepted(), hearing.accepted()
    stored = act(hearing, project)
    assert stored.parts >= {"neighbours"}
    row = neighbour(hearing.facts(project))
    assert row == neighbour(stored.facts)
    assert row.invited_on == hearing.today < row.answer_by
    assert hearing.facts(other).of(NEIGHBOURS) == {}
    with hearing.database.transaction() as connection:
        assert "neighbours" not in load(connection, other, lock=True).parts
    hearing.go_to(hearing.today + timedelta(days=2))
    act(hearing, project, heard=True)
    assert neighbour(hearing.facts(project)) == replace(
        row, state=NeighbourState.HEARD, concerns=("noise", "dust"), seen=1
    )


def test_its_clock_runs_and_ends(hearing):
    project = hearing.accepted()
    act(hearing, project)
    key = ("A1", ClockKind.CONSULTATION, 1, "neighbour 1")
    assert hearing.facts(project).clocks[key].due_on == neighbour(hearing.facts(project)).answer_by
    act(hearing, project, heard=True)
    with hearing.database.reading() as connection:
        clocks = load(connection, project, history=True).facts.clocks
    assert clocks[key].state is ClockState.STOPPED


def test_the_log_tells_it(hearing):
    project = hearing.accepted()
    act(hearing, project)
    act(hearing, project, heard=True)
    lines = hearing.scalar(
        "SELECT data -> 'neighbours' FROM case_event WHERE kind = 'NeighbourHeard'"
    )
    [line] = lines
    assert (line["state"], line["concerns"]) == ("heard", ["noise", "dust"])
    assert line["invited_on"] == hearing.today.isoformat()
    report = verify(hearing.database)
    assert report.ok
    assert report.projects == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("UPDATE neighbour SET name = 'Mr Li'", "name"),
        ("UPDATE neighbour SET concerns = '{}'", "concerns"),
        ("DELETE FROM neighbour", "row"),
    ],
)
def test_a_row_that_the_log_does_not_tell_is_found(hearing, change, name):
    project = hearing.accepted()
    act(hearing, project)
    act(hearing, project, heard=True)
    with hearing.database.transaction() as connection:
        connection.execute(text(change))
    [fault] = verify(hearing.database).broken
    assert isinstance(fault, RowDiffers)
    assert {"part": "neighbour", "key": "A1/1", "name": name}.items() <= fault.params.items()


def test_what_is_not_logged_is_not_compared(hearing):
    project = hearing.accepted()
    act(hearing, project)
    with hearing.database.transaction() as connection:
        connection.execute(text("UPDATE neighbour SET seen = 7"))
    assert verify(hearing.database).ok


def test_its_table_keeps_what_is_declared(hearing):
    project = hearing.accepted()
    act(hearing, project)
    names = hearing.scalar(
        "SELECT array_agg(conname::text ORDER BY conname) FROM pg_constraint"
        " WHERE conrelid = 'neighbour'::regclass AND contype <> 'n'"
    )
    assert names == [
        "ck_neighbour_number",
        "ck_neighbour_state",
        "fk_neighbour_project_id_project",
        "pk_neighbour",
    ]
    kind = "SELECT data_type FROM information_schema.columns WHERE table_name = 'neighbour'"
    assert hearing.scalar(f"{kind} AND column_name = 'seen'") == "bigint"
    assert hearing.scalar("SELECT 1 FROM pg_indexes WHERE indexname = 'ix_neighbour_invited'") == 1


def test_no_two_parts_share_a_name():
    with pytest.raises(ValueError, match="neighbours is taken"), parts.registered(NEIGHBOURS):
        pass
    assert [part.name for part in parts.known()].count("neighbours") == 1
