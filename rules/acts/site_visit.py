"""One visit to the site by everyone together 一次踏勘: scheduled, told once, held, and never a second one.

What is looked at once more afterwards is only what failed, by its own department (Licensing Law
art. 34: two officers or more).
"""

from __future__ import annotations

from collections.abc import Collection

from models import commands as c
from models.definition import ScenarioDefinition
from models.errors import KaigongError
from models.facts import SiteVisitFacts
from models.states import ItemState
from rules import site_visit
from rules.draft import Draft
from rules.rectification import failed


class NoSiteVisit(KaigongError):
    """item: no joint visit to the site belongs to {item}; the scenario declares it with site_visit."""

    field = "item"


class SiteVisitHeldAlready(KaigongError):
    """item: the joint visit of {item} was held on {held_on}, and there is one only; what failed is re-inspected by its own department."""

    field = "item"


class SiteVisitNotScheduled(KaigongError):
    """item: the joint visit of {item} is not scheduled; set its day first, so that everyone is told."""

    field = "item"


class SiteVisitMissing(KaigongError):
    """item: the joint visit of {item} to the site was not held yet; hold it and record it first."""

    field = "item"


class ScheduledInPast(KaigongError):
    """scheduled_for: {value} is before today ({today}); give today or a later day."""

    field = "scheduled_for"


class ScheduledAlready(KaigongError):
    """scheduled_for: the joint visit of {item} is set for {value} already; everyone was told."""

    field = "scheduled_for"


class HeldOutOfTime(KaigongError):
    """held_on: {value} is not between the acceptance ({first}) and today ({today}); give the day on which you were there."""

    field = "held_on"


class PartiesMissing(KaigongError):
    """officers: {missing} took no part with enough officers; name who was there for each, at least: {needed}."""

    field = "officers"


class MayNotBeAbsent(KaigongError):
    """absent: {departments} may not be absent from the visit of {item}; only these may, where the scenario allows it: {allowed}."""

    field = "absent"


class ToldAnotherDay(KaigongError):
    """absent: everyone was told of {scheduled_for}, not of {held_on}; nobody is absent on a day of which they were not told. Set another day, or name who was there."""

    field = "absent"


class NobodyCame(KaigongError):
    """absent: nobody but {department} would have been at the visit of {item}, so it was none; set another day."""

    field = "absent"


class NotAParty(KaigongError):
    """officers: {departments} take no part in the visit of {item}; those who do are: {parties}."""

    field = "officers"


class RecorderAbsent(KaigongError):
    """officers: {actor} is not among the officers of {department}; who records the visit was there."""

    field = "officers"


class JointVisitFirst(KaigongError):
    """item: {item} is verified by the one joint visit of {whole}, which was not held yet; record that one."""

    field = "item"


class VerifiedAlready(KaigongError):
    """item: nothing of {item} has to be verified on the spot any more; only what failed is re-inspected."""

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
    draft.change_site_visit(visit, scheduled_for=on)
    said = {"scheduled_for": on.isoformat()}
    draft.record("SiteVisitScheduled", code, **said, before=before)
    departments = [f"department:{one}" for one in site_visit.parties(*_here(draft), code)]
    for audience in (*departments, "enterprise", "steward"):
        draft.tell(audience, "site_visit_scheduled", code, **said)


def record(draft: Draft, command: c.RecordSiteVisit) -> None:
    """Keep who was there and what was found; what is verified on the spot is verified by it."""
    code, on = command.item, command.held_on
    known = _visit(draft, code)
    if known is None:
        raise SiteVisitNotScheduled(item=code)
    first = draft.items[code].accepted_on or draft.today
    if not first <= on <= draft.today:
        said = {"first": first.isoformat(), "today": draft.today.isoformat()}
        raise HeldOutOfTime(value=on.isoformat(), **said)
    officers = {key: list(dict.fromkeys(named)) for key, named in command.officers.items()}
    absent = _absent(draft, command, known)
    _check_attendance(draft, code, officers, absent)
    verified = [
        one
        for one in site_visit.looked_at(*_here(draft), code)
        if draft.definition(one).site_verification and not _rectifies(draft, one)
    ]
    draft.change(code)
    draft.change_site_visit(
        known, held_on=on, officers=officers, finding=command.finding, absent=absent
    )
    told = {"held_on": on.isoformat(), "finding": command.finding}
    draft.record("SiteVisitHeld", code, **told, officers=officers, verified=verified)
    draft.tell("enterprise", "site_visit_held", code, **told)
    draft.tell("steward", "site_visit_held", code, **told)
    for department, reason in absent.items():
        missed = {**told, "consulted": department, "reason": reason}
        draft.tell(f"department:{department}", "site_visit_missed", code, **missed)
        draft.tell("steward", "site_visit_missed", code, **missed)
    for one in verified:
        there = officers[draft.items[one].department]
        draft.change(one, verified_by=tuple(there))
        draft.record("SiteVerified", one, officers=there, finding=command.finding, visit=code)


def re_inspect(draft: Draft, part: str, officers: list[str], finding: str) -> None:
    """Count the re-inspection of a part; nothing to do for what no joint visit looks at."""
    whole = site_visit.covered_by(*_here(draft), part)
    if whole is None:
        return
    if not site_visit.was_held(draft.items, draft.site_visits, whole):
        raise JointVisitFirst(item=part, whole=whole)
    facts = draft.items[part]
    to_verify = draft.definition(part).site_verification
    to_verify = to_verify or failed(draft.items, draft.rectifications, part)
    if facts.verified_by or not to_verify:
        raise VerifiedAlready(item=part)
    earlier = [one for one in draft.site_visits.values() if one.key[:2] == (part, facts.round)]
    draft.change_site_visit(
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
    """A part that failed is looked at again when it was put right, and not before."""
    rectifying = draft.items[part].state is ItemState.RECTIFYING
    return rectifying and failed(draft.items, draft.rectifications, part)


def _absent(draft: Draft, command: c.RecordSiteVisit, visit: SiteVisitFacts) -> dict[str, str]:
    """Who is declared absent; only a utility, and only from the day of which it was told."""
    allowed = site_visit.may_be_absent(*_here(draft), command.item)
    others = [one for one in command.absent if one not in allowed or one in command.officers]
    if others:
        choice = list(allowed) or ["none"]
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
    needed = site_visit.parties(*_here(draft), code)
    concerned = {draft.items[one].department for one in site_visit.covered(*_here(draft), code)}
    strangers = [one for one in officers if one not in {*needed, *concerned}]
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


def _here(draft: Draft) -> tuple[ScenarioDefinition, site_visit.Items]:
    return draft.scenario, draft.items
