"""What a stage waits for, as its task run in Prefect says it: codes and days, no personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from config.texts import Word
from models.cases.facts import ProjectFacts
from models.cases.states import ClockState, ItemState, ProjectState
from models.cases.supervision import SupervisionKind
from rules.cases.clocks.registry import declaration_of
from rules.cases.instruments.bundles import Bundle
from rules.cases.instruments.consultation import of_round, unanswered
from rules.cases.instruments.phases import open_tasks, promises
from rules.cases.instruments.rectification import latest, reported
from rules.cases.instruments.site_visit import joint_visit
from rules.cases.instruments.utilities import UNDECIDED
from rules.cases.progress import StageView, held_back, whose_move

Translate = Callable[[str], str]


def stage_message(facts: ProjectFacts, view: StageView, translate: Translate) -> str:
    """Party and last day of each waiting item, then the messages of each instrument.

    ``department: A07 (2026-12-01); certificates held back until the event (E0H): A09 (2026-12-14)``
    """
    if facts.state is not ProjectState.ACTIVE:
        return ""
    parts = [
        ", ".join(_waiting(facts, view, translate)),
        *_phases(facts, view, translate),
        *_held(facts, view, translate),
        *_consulted(facts, view, translate),
        *_visits(facts, view, translate),
        *_rectified(facts, view, translate),
        *_lines(facts, view, translate),
    ]
    return "; ".join(part for part in parts if part)


def _waiting(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    by_party: dict[str, list[str]] = {}
    for item in view.waiting:
        party = translate(Word.of(whose_move(facts, facts.items[item])))
        by_party.setdefault(party, []).append(_until(item, _due(facts, item)))
    for party, items in by_party.items():
        yield f"{party}: {' '.join(items)}"


def _phases(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    """The next phase that has to be applied for, work that was stopped, supervision to be handed over."""
    for clock in promises(facts):
        declared = facts.definition(clock.item).next_phase
        if clock.item in view.items and declared is not None:
            what = translate("next phase to be applied for")
            yield f"{what}: {_until(declared.item, clock.due_on)}"
    for kind, sentence in _ORDERED.items():
        codes = [t.item for t in open_tasks(facts.supervision) if t.kind is kind]
        listed = [code for code in dict.fromkeys(codes) if code in view.items]
        if listed:
            yield f"{translate(sentence)}: {' '.join(listed)}"


_ORDERED = {
    SupervisionKind.STOP_WORK: "work ordered to stop",
    SupervisionKind.HANDOVER: "supervision to be handed over",
}


def _held(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    """Certificates of this stage that are held back, by what they wait for."""
    held: dict[str, tuple[Bundle, list[str]]] = {}
    for code, bundle in held_back(facts).items():
        if code in view.items:
            held.setdefault(bundle.definition.key, (bundle, []))[1].append(code)
    for bundle, codes in held.values():
        event = bundle.definition.released_by
        what = (
            translate("certificates held back for each other")
            if bundle.event_recorded
            else translate("certificates held back until the event")
        )
        yield f"{what} ({event}): {_until(' '.join(codes), bundle.until)}"


def _consulted(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    """Departments with outstanding answers, by consulted item."""
    for code in view.items:
        silent = unanswered(of_round(facts.items, facts.consultations, code))
        if silent:
            yield f"{translate('still to answer')} ({code}): {' '.join(silent)}"


def _visits(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    """When the site is visited together, or that the day is still to be set."""
    for code in view.items:
        examined = facts.items[code].state in (ItemState.ACCEPTED, ItemState.SUSPENDED)
        if facts.definition(code).site_visit is None or not examined:
            continue
        visit = joint_visit(facts.items, facts.site_visits, code)
        if visit is None:
            yield f"{translate('joint visit to be scheduled')}: {code}"
        elif visit.held_on is None:
            yield f"{translate('joint visit')}: {_until(code, visit.scheduled_for)}"


def _rectified(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    """Failed parts: being rectified, or rectified and to be confirmed."""
    with_applicant, back = [], []
    for code in view.items:
        rectification = latest(facts.items, facts.rectifications, code)
        if rectification is not None and facts.items[code].state is ItemState.RECTIFYING:
            with_applicant.append(code)
        elif rectification is not None and reported(facts.items, facts.rectifications, code):
            back.append(code)
    if with_applicant:
        yield f"{translate('being rectified')}: {' '.join(with_applicant)}"
    if back:
        yield f"{translate('rectified, to be confirmed')}: {' '.join(back)}"


def _lines(facts: ProjectFacts, view: StageView, translate: Translate) -> Iterator[str]:
    """Progress of utility lines: leads sent, and lines answered."""
    known = {code: facts.lines[code] for code in view.items if code in facts.lines}
    undecided = [code for code in known if facts.items[code].state in UNDECIDED]
    lead_sent = [
        code for code in undecided if known[code].lead_on and not known[code].acknowledged_on
    ]
    if lead_sent:
        yield f"{translate('leads sent')}: {' '.join(lead_sent)}"
    answered = [code for code in known if known[code].answered_on and not known[code].connected_on]
    if answered:
        yield f"{translate('lines answered')}: {' '.join(answered)}"


def _until(what: str, day: date | None) -> str:
    return f"{what} ({day.isoformat()})" if day else what


def _due(facts: ProjectFacts, item: str) -> date | None:
    dates = [
        clock.due_on
        for clock in facts.clocks.values()
        if clock.item == item
        and clock.due_on
        and clock.state is not ClockState.STOPPED
        and declaration_of(clock.kind).awaited
    ]
    return min(dates, default=None)
