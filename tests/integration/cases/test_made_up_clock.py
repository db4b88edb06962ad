"""A kind of clock that this module makes up: warned of, shown, ended by time, audited; nothing else knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from models.cases import commands as c
from models.cases.clock import CLOCKS, ClockFacts
from models.cases.states import ClockKind, ClockState, ItemState, Light
from models.clock.values import Limit
from models.people.actor import SYSTEM, Actor
from rules.cases.clocks.declaration import ClockDeclaration, ClockEnd, Party
from rules.cases.clocks.registry import UnknownClockKind, declaration_of, registered
from rules.cases.clocks.row_conditions import Is, OneOf, RowOf
from rules.cases.declarations import registry as acts
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.draft import Draft
from services.cases.audit import verify
from services.cases.views.why import why
from services.cases.watch.deadlines import watch
from services.cases.watch.report import WatchReport
from services.notices.notices import pump
from tests.support.people import APPLICANT, LEADER, handler
from tests.support.portal import Browser, Town
from tests.support.yard import PLANNING

#: Whoever does not fetch a document within five working days gets it by courier.
COLLECTION = ClockDeclaration(
    key="collection",
    label="Time to fetch the document",
    phrase="period to fetch the document",
    source="[D]",
    started_by=frozenset({"offer_collection"}),
    stopped_by=frozenset({"record_delivery"}),
    end=ClockEnd(
        act="record_delivery",
        source="[D]",
        command=lambda _facts, ended, _today: c.RecordDelivery(
            item=ended[0].item, method="courier"
        ),
        counted="{count} sent by courier",
        rows=(
            RowOf(
                CLOCKS,
                {"item": "item", "round": "round"},
                (
                    Is("kind", ClockKind.DELIVERY),
                    OneOf("state", (ClockState.RUNNING, ClockState.SUSPENDED)),
                ),
            ),
        ),
    ),
    moves=Party.APPLICANT,
    late=Party.APPLICANT,
    rungs=frozenset({"yellow"}),
    awaited=False,
    explains=4,
)


@pytest.fixture
def collection() -> Iterator[None]:
    with registered(COLLECTION), acts.registered(OFFER):
        yield


class OfferCollection(c.ItemCommand):
    """Offer the document to be fetched at the counter."""

    act: Literal["offer_collection"] = "offer_collection"


def offer(draft: Draft, command: OfferCollection) -> None:
    """From today on it can be fetched."""
    round_ = draft.items[command.item].round
    clock = ClockFacts(command.item, COLLECTION.key, round_)
    until = draft.start_clock(clock, promised=Limit(5)).due_on
    draft.change(command.item)
    draft.record("CollectionOffered", command.item, until=until.isoformat() if until else None)


OFFER = Act(
    command=OfferCollection,
    label="Offer the document at the counter",
    perform=offer,
    roles=roles.EXAMINERS,
    transitions=stays(ItemState.GRANTED),
    events=(
        EventKind(
            "CollectionOffered",
            "The document of {item} can be fetched until {until}",
            reads={"until": Reading.DAY},
        ),
    ),
)


def issued(town: Town) -> str:
    """A project whose land certificate is out and waits to be fetched from now on."""
    project = town.granted()
    town.do(project, c.IssueDocument(item="A1"))
    town.do(project, OfferCollection(item="A1"), handler(PLANNING))
    return project


def watched(town: Town, on: date) -> WatchReport:
    town.go_to(on)
    report = watch(town.database, town.now)
    assert report.failed == []
    return report


def english(town: Town, actor: Actor) -> Browser:
    browser = town.browser(actor)
    browser.client.get("/language/en")
    return browser


def clock(town: Town, project: str) -> ClockFacts:
    return town.facts(project).clocks["A1", COLLECTION.key, 1, ""]


@pytest.mark.usefixtures("collection")
def test_a_made_up_clock_is_warned_of_shown_ended_and_audited(town):
    project = issued(town)
    started = clock(town, project)
    assert (started.due_on, started.yellow_on) == (date(2026, 11, 9), date(2026, 11, 6))
    assert (started.next_rung, started.next_rung_on) == ("yellow", date(2026, 11, 6))

    assert watched(town, date(2026, 11, 6)).warnings > 0
    assert clock(town, project).warned == ("yellow",)
    # The rest of the ladder is not climbed.
    assert clock(town, project).next_rung is None
    pump(town.database, town.now)
    notices = english(town, APPLICANT).open("/notices")
    assert "the period to fetch the document for" in notices.text

    shown = {
        one.clock.kind: one.clock
        for one in why(town.database, project, "A1", town.now, viewer=SYSTEM).clocks
    }
    assert shown[COLLECTION.key].light is Light.YELLOW
    assert shown[ClockKind.DELIVERY].light is Light.GREEN
    page = english(town, APPLICANT).open(f"/projects/{project}/items/A1")
    assert "Why this deadline Time to fetch the document" in page.text
    assert "Due soon" in english(town, LEADER).open("/projects").text

    assert watched(town, date(2026, 11, 9)).ended[COLLECTION.key] == 0
    report = watched(town, date(2026, 11, 10))
    assert report.ended[COLLECTION.key] == 1
    assert "1 sent by courier" in report.summary()
    assert ("A1", ClockKind.DELIVERY, 1, "") not in town.facts(project).clocks
    # It runs on, and time has nothing more to do.
    assert clock(town, project).state is ClockState.RUNNING
    assert watched(town, date(2026, 11, 11)).ended[COLLECTION.key] == 0
    assert town.scalar("SELECT count(*) FROM case_event WHERE kind = 'DocumentDelivered'") == 1
    assert verify(town.database).ok


def test_nobody_starts_a_clock_of_a_kind_that_is_not_declared(town):
    with acts.registered(OFFER), pytest.raises(UnknownClockKind, match="collection"):
        issued(town)


def test_a_name_is_that_of_one_kind():
    with registered(COLLECTION):
        assert declaration_of("collection") is COLLECTION
        with pytest.raises(ValueError, match="collection"), registered(COLLECTION):
            pass
    with (
        pytest.raises(ValueError, match="decision"),
        registered(replace(COLLECTION, key="decision")),
    ):
        pass
    with pytest.raises(UnknownClockKind, match="known are"):
        declaration_of("collection")
