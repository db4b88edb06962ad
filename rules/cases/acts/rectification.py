"""The verdicts of a joint acceptance beside passing: to be rectified, or failed; and what follows.

Only what did not pass is examined again; what passed stays passed.
"""

from __future__ import annotations

from config.texts import Word
from models.cases import commands as c
from models.cases.site_visit import RECTIFICATIONS, RectificationFacts
from models.cases.states import ClockKind, ItemState, Verdict
from models.clock.values import RECTIFICATION, ClockResumed, ClockSuspended
from models.errors import KaigongError
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Situation
from rules.cases.declarations.event import EventKind
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments import rectification
from rules.cases.timers import held_by


class NotRectifiable(KaigongError):
    template = "item: {item} is no part of a joint item with a joint visit to the site; grant it or deny it."
    field = "item"


class NothingToRectify(KaigongError):
    template = (
        "item: {item} itself has nothing to rectify; report it for the parts that have: {parts}."
    )
    field = "item"


def require(draft: Draft, command: c.RequireRectification) -> None:
    """Say what has to be put right; the part waits for the applicant, and its limit with it."""
    definition, facts = draft.definition(command.item), draft.items[command.item]
    whole = draft.scenario.item.get(definition.part_of or "")
    if whole is None or whole.site_visit is None:
        raise NotRectifiable(item=command.item)
    earlier = rectification.latest(draft.items, draft.rectifications, command.item)
    number = earlier.number + 1 if earlier else 1
    _hold(draft, command.item)
    # What failed is looked at again; what only has to be rectified is confirmed on the papers.
    again = {"verified_by": ()} if command.verdict is Verdict.FAIL else {}
    draft.change(command.item, state=ItemState.RECTIFYING, **again)
    draft.enter(
        RECTIFICATIONS,
        RectificationFacts(
            command.item,
            facts.round,
            number,
            command.verdict,
            command.points,
            required_on=draft.today,
        ),
    )
    details = {"verdict": command.verdict.value, "points": command.points}
    draft.record("RectificationRequired", command.item, **details)
    law = definition.until_passed.model_dump() if definition.until_passed else None
    for audience in ("enterprise", "steward"):
        draft.tell(audience, "rectification_required", command.item, **details, until_passed=law)


def report(draft: Draft, command: c.ReportRectification) -> None:
    """The applicant put it right; the part is the department's again."""
    open_ = rectification.latest(draft.items, draft.rectifications, command.item)
    if open_ is None:
        parts = draft.scenario.parts.get(command.item, ())
        due = [code for code in parts if draft.items[code].state is ItemState.RECTIFYING]
        raise NothingToRectify(item=command.item, parts=due or [Word("none")])
    draft.enter(RECTIFICATIONS, open_, reported_on=draft.today, note=command.note)
    _release(draft, command.item)
    draft.change(command.item, state=ItemState.ACCEPTED)
    details = {"note": command.note, "verdict": open_.verdict.value}
    draft.record("RectificationReported", command.item, **details)
    department = draft.items[command.item].department
    draft.tell(f"department:{department}", "rectification_reported", command.item, **details)


def confirm(draft: Draft, item: str) -> None:
    """What was put right is confirmed by the grant; nothing to do where nothing was."""
    open_ = rectification.reported(draft.items, draft.rectifications, item)
    if open_ is not None:
        draft.enter(RECTIFICATIONS, open_, confirmed_on=draft.today)


def settle(draft: Draft) -> None:
    """Hold or release the limits of joint items: counted are the days in an authority's hands."""
    for code in draft.scenario.parts:
        state = draft.items[code].state
        waits = rectification.only_rectification(draft.scenario, draft.items, code)
        if state in _EXAMINED and waits != _is_held(draft, code):
            (_begin if waits else _end)(draft, code)
        elif state is ItemState.ACCEPTED and waits:
            # A special procedure ended meanwhile: what is left is the applicant's.
            draft.change(code, state=ItemState.RECTIFYING)
            draft.record("ApplicantsTimeBegan", code)


_EXAMINED = frozenset({ItemState.ACCEPTED, ItemState.SUSPENDED, ItemState.RECTIFYING})


def _begin(draft: Draft, code: str) -> None:
    _hold(draft, code)
    if draft.items[code].state is ItemState.ACCEPTED:
        draft.change(code, state=ItemState.RECTIFYING)
    draft.record("ApplicantsTimeBegan", code)


def _end(draft: Draft, code: str) -> None:
    _release(draft, code)
    if draft.items[code].state is ItemState.RECTIFYING:
        draft.change(code, state=ItemState.ACCEPTED)
    draft.record("ApplicantsTimeEnded", code)


def _is_held(draft: Draft, code: str) -> bool:
    clock = draft.clock(code, ClockKind.DECISION)
    if clock is None:
        return draft.items[code].state is ItemState.RECTIFYING
    return held_by(clock, RECTIFICATION)


def _hold(draft: Draft, code: str) -> None:
    clock = draft.clock(code, ClockKind.DECISION)
    if clock is not None:
        held = ClockSuspended(on=draft.today, ref=RECTIFICATION, procedure=RECTIFICATION)
        draft.update_clock(clock, held)


def _release(draft: Draft, code: str) -> None:
    clock = draft.clock(code, ClockKind.DECISION)
    if clock is not None and held_by(clock, RECTIFICATION):
        draft.update_clock(clock, ClockResumed(on=draft.today, ref=RECTIFICATION))


def _has_to_rectify(situation: Situation) -> bool:
    facts = situation.facts
    return rectification.latest(facts.items, facts.rectifications, situation.code) is not None


#: In whose hands a joint item is, whichever act it came of.
EVENTS = (
    EventKind(
        "ApplicantsTimeBegan", "Only rectification is outstanding in {item}: its limit is held"
    ),
    EventKind("ApplicantsTimeEnded", "The limit of {item} goes on"),
)
REPORT_RECTIFICATION = Act(
    command=c.ReportRectification,
    label="Report it rectified",
    perform=report,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    transitions={ItemState.RECTIFYING: (ItemState.ACCEPTED,)},
    place=160,
    offered=_has_to_rectify,
    form=Form(place=120, template="report_rectification", without=frozenset({"note"})),
    events=(EventKind("RectificationReported", "{item} reported as rectified: {note}"),),
    notices=("rectification_reported",),
)
