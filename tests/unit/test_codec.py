"""The one codec between dataclasses and plain JSON values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cases import parts
from models.cases.clock import CLOCK_EVENTS, ClockFacts
from models.cases.facts import ItemFacts, clean_sheet, kept_values, restored_values
from models.cases.part import fact, marked
from models.cases.states import ItemState
from models.clock.values import (
    ClockEvent,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    Limit,
    Unit,
)
from models.codec import codec
from models.making import altered


def through_json(document):
    return orjson.loads(orjson.dumps(document))


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
EVENTS = st.one_of(
    st.builds(ClockStarted, on=DAYS),
    st.builds(
        ClockSuspended,
        on=DAYS,
        ref=st.sampled_from(["", "survey"]),
        planned=st.none() | st.builds(Limit, st.integers(0, 90), st.sampled_from(Unit)),
    ),
    st.builds(ClockResumed, on=DAYS, ref=st.sampled_from(["", "survey"])),
    st.builds(
        ClockExtended,
        on=DAYS,
        by=st.builds(Limit, st.integers(0, 90), st.sampled_from(Unit)),
        by_head=st.booleans(),
    ),
    st.builds(ClockStopped, on=DAYS, reason=st.none() | st.just("decided")),
)


@given(st.sampled_from(parts.known()), st.data())
def test_rows_of_every_part_come_back_as_they_were(part, data):
    history = st.lists(EVENTS, max_size=3).map(tuple)
    given_values = {
        name: history for name, hint in part.codec.types.items() if hint == tuple[ClockEvent, ...]
    }
    given_values |= {
        name: st.integers(0, 2**31)
        for name, hint in part.codec.types.items()
        if hint in (int, int | None)
    }
    given_values |= {
        name: st.dictionaries(st.text(max_size=3), st.just({"a": "b"}), max_size=2)
        for name in part.codec.names
        if name in {"before", "officers", "form", "corrections", "absent"}
    }
    row = data.draw(st.builds(part.facts, **given_values))
    written = through_json(part.codec.write(row))
    assert part.codec.read(written) == row
    assert part.codec.read_row([written[name] for name in part.codec.names]) == row
    assert part.codec.read(through_json(part.codec.document(row))) == row
    assert orjson.loads(orjson.dumps(part.codec.record(row))) == written
    assert altered(row) == row


@given(EVENTS)
def test_events_of_clocks_are_told_by_their_kind(event):
    document = through_json(CLOCK_EVENTS.write(event))
    assert document["event"] == event.kind.value
    assert CLOCK_EVENTS.read(document | {"item": "A1", "round": 1}) == event
    assert "" not in document.values()
    assert None not in document.values()


def test_a_date_is_one_by_its_type_and_not_by_its_name():
    @dataclass(frozen=True)
    class Odd:
        voted_on: str
        until: date

    odd = Odd("the plan", date(2026, 11, 2))
    document = codec(Odd).document(odd)
    assert document == {"voted_on": "the plan", "until": "2026-11-02"}
    assert codec(Odd).read(document | {"unknown": 1}) == odd


def test_what_a_field_cannot_hold_is_refused():
    with pytest.raises(KeyError, match="nowhere"):
        codec(ItemFacts).read({"code": "A", "stage": "s", "department": "d", "state": "nowhere"})
    with pytest.raises(ValueError, match="yesterday"):
        codec(ClockFacts).values({"due_on": "yesterday"})
    with pytest.raises(TypeError, match="stage"):
        codec(ItemFacts).read({"code": "A"})


def test_what_is_kept_of_an_item_restores_it():
    item = ItemFacts(
        "A1",
        "land",
        "bureau",
        ItemState.GRANTED,
        received_on=date(2026, 11, 2),
        deferred=("plan",),
        form={"area": 3},
    )
    kept = through_json(kept_values(item))
    assert kept["received_on"] == "2026-11-02"
    assert "state" not in kept
    values = restored_values(kept | {"state": "granted", "delivery": True})
    assert {name: getattr(item, name) for name in values} == values
    assert set(marked(ItemFacts, "kept")) - set(clean_sheet()) == {"form"}


def test_a_field_says_what_it_is():
    @dataclass(frozen=True)
    class Noted:
        name: str
        count: int = fact(default=0, logged=False)
        notes: tuple[str, ...] = fact(default_factory=tuple, cleared=True)
        more: dict[str, str] = field(default_factory=dict)

    assert marked(Noted, "logged") == ("name", "notes", "more")
    assert marked(Noted, "cleared") == ("notes",)
