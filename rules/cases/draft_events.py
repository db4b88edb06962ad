"""Events that any act may cause: items that open, are held back or start a new round.

They are recorded by :class:`rules.cases.draft.Draft`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from models.scenarios.definition import ItemDefinition, ItemMode
from rules.cases.declarations.event import (
    EventKind,
    Reading,
    Variant,
    document_falls,
    on_day,
    with_values,
)

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


def _is_milestone(_: Mapping[str, Any], definition: ItemDefinition | None) -> bool:
    """Whether the opened item is a milestone."""
    return definition is not None and definition.mode is ItemMode.MILESTONE


def _lifted(item: ItemFacts, happened: Happened) -> ItemFacts:
    because = happened.event.data["because"]
    left = tuple(code for code in item.re_examination if code != because)
    return replace(item, re_examination=left)


def clean(item: ItemFacts, _: Happened) -> ItemFacts:
    """The item as a new round begins."""
    return ItemFacts(item.code, item.stage, item.department, item.state, item.round, form=item.form)


def _answer_falls(replayed: Replayed, happened: Happened) -> None:
    """The finding that no licence is needed no longer replaces the document."""
    if happened.event.data["after"] == ItemState.NOT_REQUIRED:
        document_falls(replayed, happened)


ROUND_STARTED = EventKind(
    "RoundStarted",
    "{item} begins again, round {round}",
    item_change=clean,
    follow=_answer_falls,
)


def _examined(item: ItemFacts, happened: Happened) -> ItemFacts:
    """In the log of before nobody was named."""
    handler: Any = happened.event.data.get("handler")
    return replace(item, opened_on=happened.on, accepted_on=happened.on, handler=handler)


_BECAUSE = {"because": Reading.ITEM}
EVENTS = (
    EventKind(
        "StagesMerged",
        "Handled as one: {into} ({basis})",
        reads={"into": Reading.STAGE},
        of_outline=True,
    ),
    EventKind("ItemExempted", "{item}: exempt by rule ({basis})"),
    EventKind(
        "ItemOpened",
        "{item} is open to apply",
        variants=(Variant("{item} can be recorded as soon as it has happened", _is_milestone),),
        item_change=on_day("opened_on"),
        notices=("items_open",),
    ),
    EventKind(
        "ExaminationStarted",
        "Examination of {item} began",
        item_change=_examined,
        notices=("item_to_examine",),
    ),
    EventKind(
        "ItemHeldBack",
        "{item} waits again, because {because} no longer stands",
        reads=_BECAUSE,
        item_change=with_values(opened_on=None),
    ),
    EventKind(
        "DepartmentsConsulted",
        "{departments} asked about {item}",
        reads={"departments": Reading.DEPARTMENTS},
        notices=("consultation_asked",),
    ),
    ROUND_STARTED,
    EventKind(
        "LineToConnect",
        "{item} can be connected",
        notices=("line_to_connect",),
    ),
    EventKind(
        "ReExaminationLifted",
        "{item} need not be examined again: {because} stands",
        reads=_BECAUSE,
        item_change=_lifted,
    ),
)
