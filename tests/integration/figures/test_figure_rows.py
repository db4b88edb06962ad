"""Figures over rounds made up at random: the database, the fold and the list of rows agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from models.cases.case_round import ROUNDS, AcceptanceKind, CaseRound, Channel, RoundOutcome
from models.clock.values import ZONE
from models.people.actor import SYSTEM
from rules.figures.catalogue import DEFINITIONS
from rules.figures.counting import Count
from rules.figures.definition import Cut, Span
from rules.ledgers.catalogue import MET
from rules.ledgers.catalogue import ROUNDS as ROUND_LEDGER
from services.cases.ledgers.rounds import SOURCE
from services.figures.page import figures_page, rows_asked
from services.figures.query import figure_value
from services.ledgers.question import question
from tests.support.ledger import Ledger, as_owner
from tests.support.people import LEADER
from tests.support.portal import Town
from tests.support.yard import LAND, PLANNING

START = date(2026, 9, 1)
TODAY = date(2026, 12, 20)
COUNT = 400


def day(chance: random.Random, after: date, most: int) -> date:
    return after + timedelta(days=chance.randrange(most))


def at(on: date) -> datetime:
    return datetime.combine(on, time(10), ZONE)


def made_up(chance: random.Random, number: int) -> CaseRound:
    """A round in any state that there is."""
    received = day(chance, START, 90)
    accepted = chance.choice((None, received, day(chance, received, 6)))
    ended = chance.choice((None, day(chance, accepted or received, 40)))
    outcomes = [each for each in RoundOutcome if each is not RoundOutcome.ENDED_WITH_WHOLE]
    instant = accepted is not None and accepted == ended
    voided = chance.choice((None, None, day(chance, ended, 20))) if ended else None
    return CaseRound(
        f"X{number}",
        chance.choice((1, 1, 2)),
        stage="land",
        department=chance.choice((PLANNING, LAND)),
        region=chance.choice(("", "611102")),
        scenario="yard",
        scenario_version=1,
        channel=chance.choice((None, *Channel)),
        received_on=received,
        received_at=at(day(chance, received, 3)),
        accepted_on=accepted,
        acceptance_kind=chance.choice(tuple(AcceptanceKind)) if accepted else None,
        notices=chance.randrange(3),
        ended_on=ended,
        ended_at=at(day(chance, ended, 3)) if ended else None,
        outcome=chance.choice(outcomes) if ended else None,
        clock_stopped_on=chance.choice((ended, received)) if ended else None,
        promised_due_on=chance.choice((None, day(chance, received, 30))) if accepted else None,
        statutory_due_on=chance.choice((None, day(chance, received, 50))) if accepted else None,
        counted_days=chance.choice((None, chance.randrange(20))) if ended else None,
        instant=instant if ended else None,
        voided_on=voided,
        restored_on=voided and chance.choice((None, voided)),
    )


@pytest.fixture(scope="module")
def crowd(module_ledger: Ledger) -> tuple[Ledger, list[CaseRound]]:
    """A ledger with rounds that nobody played."""
    chance = random.Random(612)
    project = module_ledger.register()
    rounds = [made_up(chance, number) for number in range(COUNT)]
    names = ROUNDS.codec.names
    columns = ", ".join(names)
    values = ", ".join(f":{name}" for name in names)
    insert = text(
        f"INSERT INTO case_round (project_id, {columns})"
        f" SELECT id, {values} FROM project WHERE code = :project"
    )
    with as_owner(module_ledger.url) as connection:
        for round_ in rounds:
            row = {name: getattr(round_, name) for name in names}
            connection.execute(insert, {**row, "project": project})
    return module_ledger, rounds


def spans() -> Iterator[Span]:
    yield Span(date(2026, 1, 1), date(2026, 12, 21), TODAY, TODAY)
    yield Span(date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 30))
    yield Span(date(2026, 10, 1), date(2026, 10, 16), date(2026, 10, 15), TODAY)


@pytest.mark.parametrize("figure", DEFINITIONS, ids=lambda figure: figure.key)
def test_the_database_and_the_fold_agree(crowd, figure):
    ledger, rounds = crowd
    some = 0
    for span in spans():
        count = Count(figure, span)
        for round_ in rounds:
            count.add(round_)
        with ledger.database.reading() as connection:
            value = figure_value(connection, SYSTEM, figure, span)
        assert value.tally == count.tally(), span
        some += value.tally.denominator
    assert some > 0


@pytest.mark.parametrize("figure", DEFINITIONS, ids=lambda figure: figure.key)
def test_its_rows_are_as_many_as_it_counts(crowd, figure):
    ledger, _ = crowd
    span = Span(date(2026, 10, 1), date(2026, 11, 1), TODAY, TODAY)
    cuts = (Cut.DEPARTMENT, Cut.DISTRICT)
    with ledger.database.reading() as connection:
        value = figure_value(connection, LEADER, figure, span, cuts)
        assert sum(part.tally.denominator for part in value.parts) == value.tally.denominator

        def rows(asked: dict[str, str]) -> int:
            asking = question(ROUND_LEDGER, asked, LEADER, at(TODAY))
            return len(SOURCE.page(connection, asking.going_on(None, COUNT)).lines)

        whole = rows_asked(figure, span)
        assert whole is not None
        assert rows(whole) == value.tally.denominator
        if figure.counts:
            assert rows({**whole, MET: "yes"}) == value.tally.numerator
            assert rows({**whole, MET: "no"}) == value.tally.denominator - value.tally.numerator
        for part in value.parts:
            of_part = rows_asked(figure, span, cuts, part.keys)
            assert of_part is not None
            assert rows(of_part) == part.tally.denominator


def test_an_open_round_has_the_last_day_of_its_clock(ledger):
    """What is late now counts, what is under a special procedure does not."""
    project = ledger.accepted()
    clock = next(c for c in ledger.facts(project).clocks.values() if c.kind == "decision")
    assert clock.due_on is not None
    late = clock.due_on + timedelta(days=1)
    for today, count in ((clock.due_on, 0), (late, 1)):
        span = Span(date(2026, 1, 1), today + timedelta(days=1), today, today)
        with ledger.database.reading() as connection:
            for key in ("newly_overdue", "open_overdue"):
                figure = next(each for each in DEFINITIONS if each.key == key)
                assert figure_value(connection, SYSTEM, figure, span).tally.numerator == count


def test_the_page_explains_each_figure_and_leads_to_its_rows(town: Town):
    town.granted()
    leader = town.browser(LEADER)
    page = leader.open("/figures?cut=department&by=month")
    assert page.table("统计").row("办结量")
    assert page.says("期间内作出决定的办件")
    link = next(a for a in page.links if "figure=concluded" in a)
    rows = leader.open(link)
    assert rows.table("办件").row("A1")
    assert leader.open("/figures?first=2026-12-01&last=2026-01-01").status == 422
    assert leader.open("/figures?first=x").status == 422
    assert leader.open("/figures?cut=x").status == 200


def test_a_part_has_its_name(town: Town):
    town.granted()
    english = town.browser(LEADER, "en")
    english.client.get("/language/en")
    assert english.open("/figures?cut=channel").says("Another system")
    page = figures_page(town.database, _viewer(town), None, None, (Cut.DEPARTMENT,))
    names = {part.name for _, parts in page.figures for part in parts}
    assert names
    assert PLANNING not in names


def _viewer(town: Town):
    from services.people import accounts
    from services.people.viewer import Viewer

    account = accounts.find(town.database, LEADER.login)
    assert account is not None
    return replace(Viewer(account, "en", "", town.now))
