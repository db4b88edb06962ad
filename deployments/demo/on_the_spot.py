"""Site visits in a demonstration: the joint visit, verification by two officers, re-inspection."""

from __future__ import annotations

from deployments.demo.cast import Cast
from deployments.demo.steps import Step
from models.cases import commands as c
from models.cases.facts import ItemFacts, ProjectFacts
from models.scenarios.definition import ItemDefinition
from rules.cases.instruments.rectification import failed, reported
from rules.cases.instruments.site_visit import covered_by, joint_visit, parties, was_held
from rules.clock.calendar import WorkingCalendar

_FINDING = "现场与申报材料一致"


class OnTheSpot:
    """Site visits of an item under examination: who goes, and when."""

    def __init__(self, cast: Cast, calendar: WorkingCalendar) -> None:
        self._cast = cast
        self._calendar = calendar

    def next(self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> Step | None:
        """The next visit to the site that this item calls for."""
        if definition.site_visit and not was_held(facts.items, facts.site_visits, item.code):
            return self._joint(facts, item)
        if self._to_verify(facts, definition, item) and not self._awaits_joint(facts, item):
            return self._verify(facts, item)
        return None

    def awaited(self, facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> bool:
        """Whether the item waits for a visit that others hold."""
        return self._to_verify(facts, definition, item) and self._awaits_joint(facts, item)

    @staticmethod
    def _to_verify(facts: ProjectFacts, definition: ItemDefinition, item: ItemFacts) -> bool:
        again = failed(facts.items, facts.rectifications, item.code)
        return not item.verified_by and (definition.site_verification or again)

    @staticmethod
    def _awaits_joint(facts: ProjectFacts, item: ItemFacts) -> bool:
        whole = covered_by(facts.scenario, facts.items, item.code)
        return whole is not None and not was_held(facts.items, facts.site_visits, whole)

    def _joint(self, facts: ProjectFacts, item: ItemFacts) -> Step | None:
        visit = joint_visit(facts.items, facts.site_visits, item.code)
        lead = self._cast.handler(item.department)
        if visit is None or visit.scheduled_for is None:
            on = item.accepted_on
            if on is None:
                return None
            day = self._calendar.add_working_days(on, 1)
            return Step(on, lead, (c.ScheduleSiteVisit(item=item.code, scheduled_for=day),))
        needed = parties(facts.scenario, facts.items, item.code)
        officers = {
            department: self._two(department)[:least] for department, least in needed.items()
        }
        held = c.RecordSiteVisit(
            item=item.code, held_on=visit.scheduled_for, officers=officers, finding=_FINDING
        )
        return Step(visit.scheduled_for, lead, (held,))

    def _verify(self, facts: ProjectFacts, item: ItemFacts) -> Step | None:
        put_right = reported(facts.items, facts.rectifications, item.code)
        since = (put_right.reported_on if put_right else None) or item.accepted_on
        if since is None:
            return None
        officers = self._two(item.department)
        verified = c.RecordVerification(item=item.code, officers=officers, finding=_FINDING)
        on = self._calendar.add_working_days(since, 1)
        return Step(on, self._cast.handler(item.department), (verified,))

    def _two(self, department: str) -> tuple[str, str]:
        return (self._cast.handler(department).login, self._cast.approver(department).login)
