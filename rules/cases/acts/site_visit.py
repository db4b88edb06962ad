"""One visit to the site by everyone together 一次踏勘: scheduled, told once, held, and never a second one.

What is looked at once more afterwards is only what failed, by its own department (Licensing Law
art. 34: two officers or more).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from config.texts import Word
from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.site_visit import SITE_VISITS, SiteVisitFacts
from models.cases.states import ItemState
from models.errors import KaigongError
from models.people.actor import Role
from models.scenarios.definition import ScenarioDefinition
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Need, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments import site_visit
from rules.cases.instruments.rectification import failed

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class NoSiteVisit(KaigongError):
    template = "item: no joint visit to the site belongs to {item}; the scenario declares it with site_visit."
    field = "item"


class SiteVisitHeldAlready(KaigongError):
    template = "item: the joint visit of {item} was held on {held_on}, and there is one only; what failed is re-inspected by its own department."
    field = "item"


class SiteVisitNotScheduled(KaigongError):
    template = "item: the joint visit of {item} is not scheduled; set its day first, so that everyone is told."
    field = "item"


class SiteVisitMissing(KaigongError):
    template = (
        "item: the joint visit of {item} to the site was not held yet; hold it and record it first."
    )
    field = "item"


class ScheduledInPast(KaigongError):
    template = "scheduled_for: {value} is before today ({today}); give today or a later day."
    field = "scheduled_for"


class ScheduledAlready(KaigongError):
    template = (
        "scheduled_for: the joint visit of {item} is set for {value} already; everyone was told."
    )
    field = "scheduled_for"


class HeldOutOfTime(KaigongError):
    template = "held_on: {value} is not between the acceptance ({first}) and today ({today}); give the day on which you were there."
    field = "held_on"


class PartiesMissing(KaigongError):
    template = "officers: {missing} took no part with enough officers; name who was there for each, at least: {needed}."
    field = "officers"


class MayNotBeAbsent(KaigongError):
    template = "absent: {departments} may not be absent from the visit of {item}; only these may, where the scenario allows it: {allowed}."
    field = "absent"


class ToldAnotherDay(KaigongError):
    template = "absent: everyone was told of {scheduled_for}, not of {held_on}; nobody is absent on a day of which they were not told. Set another day, or name who was there."
    field = "absent"


class NobodyCame(KaigongError):
    template = "absent: nobody but {department} would have been at the visit of {item}, so it was none; set another day."
    field = "absent"


class NotAParty(KaigongError):
    template = (
        "officers: {departments} take no part in the visit of {item}; those who do are: {parties}."
    )
    field = "officers"


class RecorderAbsent(KaigongError):
    template = "officers: {actor} is not among the officers of {department}; who records the visit was there."
    field = "officers"


class JointVisitFirst(KaigongError):
    template = "item: {item} is verified by the one joint visit of {whole}, which was not held yet; record that one."
    field = "item"


class VerifiedAlready(KaigongError):
    template = "item: nothing of {item} has to be verified on the spot any more; only what failed is re-inspected."
    field = "item"


def schedule(draft: Draft, command: c.ScheduleSiteVisit) -> None:
    """Set the day, or another one as long as it was not held; everyone who takes part is told."""
    code, on = command.item, command.scheduled_for
    known = _visit(draft, code)
    if on < draft.today:
        raise ScheduledInPast(value=on.isoformat(), today=draft.today.isoformat())
    if known is not None and known.scheduled_for == on:
        raise ScheduledAlready(item=code, value=on.isoformat())
    before = known.scheduled_for.isoformat() if known and known.scheduled_for else None
    visit = known or SiteVisitFacts(code, draft.items[code].round, site_visit.JOINT_VISIT)
    draft.change(code)
    draft.enter(SITE_VISITS, visit, scheduled_for=on)
    details = {"scheduled_for": on.isoformat()}
    draft.record("SiteVisitScheduled", code, **details, before=before)
    departments = [
        f"department:{key}" for key in site_visit.parties(*_scenario_and_items(draft), code)
    ]
    for audience in (*departments, "enterprise", "steward"):
        draft.tell(audience, "site_visit_scheduled", code, **details)


def record(draft: Draft, command: c.RecordSiteVisit) -> None:
    """Keep who was there and what was found; what is verified on the spot is verified by it."""
    code, on = command.item, command.held_on
    known = _visit(draft, code)
    if known is None:
        raise SiteVisitNotScheduled(item=code)
    first = draft.items[code].accepted_on or draft.today
    if not first <= on <= draft.today:
        details = {"first": first.isoformat(), "today": draft.today.isoformat()}
        raise HeldOutOfTime(value=on.isoformat(), **details)
    officers = {key: list(dict.fromkeys(named)) for key, named in command.officers.items()}
    absent = _absent(draft, command, known)
    _check_attendance(draft, code, officers, absent)
    verified = [
        item
        for item in site_visit.looked_at(*_scenario_and_items(draft), code)
        if draft.definition(item).site_verification and not _rectifies(draft, item)
    ]
    draft.change(code)
    draft.enter(
        SITE_VISITS, known, held_on=on, officers=officers, finding=command.finding, absent=absent
    )
    result = {"held_on": on.isoformat(), "finding": command.finding}
    draft.record("SiteVisitHeld", code, **result, officers=officers, verified=verified)
    draft.tell("enterprise", "site_visit_held", code, **result)
    draft.tell("steward", "site_visit_held", code, **result)
    for department, reason in absent.items():
        missed = {**result, "consulted": department, "reason": reason}
        draft.tell(f"department:{department}", "site_visit_missed", code, **missed)
        draft.tell("steward", "site_visit_missed", code, **missed)
    for item in verified:
        there = officers[draft.items[item].department]
        draft.change(item, verified_by=tuple(there))
        draft.record("SiteVerified", item, officers=there, finding=command.finding, visit=code)


def re_inspect(draft: Draft, part: str, officers: list[str], finding: str) -> None:
    """Count the re-inspection of a part; nothing to do for what no joint visit looks at."""
    whole = site_visit.covered_by(*_scenario_and_items(draft), part)
    if whole is None:
        return
    if not site_visit.was_held(draft.items, draft.site_visits, whole):
        raise JointVisitFirst(item=part, whole=whole)
    facts = draft.items[part]
    to_verify = draft.definition(part).site_verification
    to_verify = to_verify or failed(draft.items, draft.rectifications, part)
    if facts.verified_by or not to_verify:
        raise VerifiedAlready(item=part)
    earlier = [
        visit for visit in draft.site_visits.values() if visit.key[:2] == (part, facts.round)
    ]
    draft.enter(
        SITE_VISITS,
        SiteVisitFacts(part, facts.round, site_visit.JOINT_VISIT + 1 + len(earlier)),
        held_on=draft.today,
        officers={facts.department: officers},
        finding=finding,
    )


def check_held(draft: Draft, item: str) -> None:
    """Refuse to decide on a joint item whose site was not visited in this round."""
    declared = draft.definition(item).site_visit is not None
    if declared and not site_visit.was_held(draft.items, draft.site_visits, item):
        raise SiteVisitMissing(item=item)


def _visit(draft: Draft, code: str) -> SiteVisitFacts | None:
    """The visit of this round, if it is scheduled and not held."""
    if draft.definition(code).site_visit is None:
        raise NoSiteVisit(item=code)
    known = site_visit.joint_visit(draft.items, draft.site_visits, code)
    if known is not None and known.held_on is not None:
        raise SiteVisitHeldAlready(item=code, held_on=known.held_on.isoformat())
    return known


def _rectifies(draft: Draft, part: str) -> bool:
    """Refuse a re-inspection before the part's rectification was reported."""
    rectifying = draft.items[part].state is ItemState.RECTIFYING
    return rectifying and failed(draft.items, draft.rectifications, part)


def _absent(draft: Draft, command: c.RecordSiteVisit, visit: SiteVisitFacts) -> dict[str, str]:
    """Who is declared absent; only a utility, and only from the day of which it was told."""
    allowed = site_visit.may_be_absent(*_scenario_and_items(draft), command.item)
    others = [
        department
        for department in command.absent
        if department not in allowed or department in command.officers
    ]
    if others:
        choice = list(allowed) or [Word("none")]
        raise MayNotBeAbsent(item=command.item, departments=others, allowed=choice)
    if command.absent and command.held_on != visit.scheduled_for:
        days = {"held_on": command.held_on.isoformat(), "scheduled_for": str(visit.scheduled_for)}
        raise ToldAnotherDay(**days)
    lead = draft.items[command.item].department
    if command.absent and set(command.officers) <= {lead}:
        raise NobodyCame(item=command.item, department=lead)
    return dict(command.absent)


def _check_attendance(
    draft: Draft, code: str, officers: dict[str, list[str]], absent: Collection[str]
) -> None:
    """Everyone who takes part and is not declared absent was there, in the number that the law or
    the scenario asks for.
    """
    needed = site_visit.parties(*_scenario_and_items(draft), code)
    concerned = {
        draft.items[item].department
        for item in site_visit.covered(*_scenario_and_items(draft), code)
    }
    strangers = [key for key in officers if key not in {*needed, *concerned}]
    if strangers:
        raise NotAParty(departments=strangers, item=code, parties=list(needed))
    expected = {key: least for key, least in needed.items() if key not in absent}
    missing = [key for key, least in expected.items() if len(officers.get(key, ())) < least]
    if missing:
        least = [f"{key} {number}" for key, number in needed.items()]
        raise PartiesMissing(missing=missing, needed=least)
    actor, lead = draft.context.actor, draft.items[code].department
    if actor.login not in officers[lead]:
        raise RecorderAbsent(actor=actor.login, department=lead)


def _scenario_and_items(draft: Draft) -> tuple[ScenarioDefinition, site_visit.Items]:
    return draft.scenario, draft.items


# --- what is offered ----------------------------------------------------------------------------


def _visit_to_come(situation: Situation) -> bool:
    facts = situation.facts
    held = site_visit.was_held(facts.items, facts.site_visits, situation.code)
    return situation.definition.site_visit is not None and not held


def _another_day(situation: Situation) -> c.ScheduleSiteVisit:
    facts, today = situation.facts, situation.today
    visit = site_visit.joint_visit(facts.items, facts.site_visits, situation.code)
    same = visit is not None and visit.scheduled_for == today
    on = today + timedelta(days=1) if same else today
    return c.ScheduleSiteVisit(item=situation.code, scheduled_for=on)


def _with_everyone(situation: Situation) -> c.RecordSiteVisit:
    """A sample with the required officers of each party, the recorder included."""
    facts, actor = situation.facts, situation.actor
    needed = site_visit.parties(facts.scenario, facts.items, situation.code)
    officers = {key: tuple(f"officer{n}" for n in range(least)) for key, least in needed.items()}
    own = actor.department or ""
    officers[own] = (actor.login, *officers.get(own, ()))
    return c.RecordSiteVisit(
        item=situation.code, held_on=situation.today, officers=officers, finding="-"
    )


def _verified(item: ItemFacts, happened: Happened) -> ItemFacts:
    officers: Any = happened.event.data["officers"]
    return replace(item, verified_by=tuple(officers))


# --- the acts -----------------------------------------------------------------------------------

SITE_VERIFIED = EventKind(
    "SiteVerified", "{item} verified on the spot: {finding}", item_change=_verified
)

SCHEDULE_SITE_VISIT = Act(
    command=c.ScheduleSiteVisit,
    label="Schedule the joint visit",
    perform=schedule,
    roles=roles.EXAMINERS | {Role.PROJECT_STEWARD},
    transitions=stays(ItemState.ACCEPTED, ItemState.SUSPENDED),
    place=110,
    offered=_visit_to_come,
    sample=_another_day,
    form=Form(
        place=90,
        template="schedule_site_visit",
        without=frozenset({"scheduled_for"}),
    ),
    events=(
        EventKind(
            "SiteVisitScheduled",
            "Joint visit to the site for {item} set for {scheduled_for}",
            reads={"scheduled_for": Reading.DAY},
        ),
    ),
    notices=("site_visit_scheduled",),
)
RECORD_SITE_VISIT = Act(
    command=c.RecordSiteVisit,
    label="Record the joint visit",
    perform=record,
    roles=roles.EXAMINERS,
    transitions=stays(ItemState.ACCEPTED, ItemState.SUSPENDED),
    place=120,
    offered=_visit_to_come,
    sample=_with_everyone,
    needs=(Need.ATTENDANCE,),
    form=Form(
        place=100,
        template="record_site_visit",
        without=frozenset({"held_on", "officers", "absent", "finding"}),
    ),
    events=(
        EventKind(
            "SiteVisitHeld",
            "Joint visit to the site for {item} held on {held_on}: {finding}",
            reads={"held_on": Reading.DAY},
        ),
        SITE_VERIFIED,
    ),
    notices=("site_visit_held", "site_visit_missed"),
)
