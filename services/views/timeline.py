"""The log of a project in human words: one sentence an event; English is the key of the translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from models.definition import ItemMode, SpecialProcedure, Text
from models.facts import ProjectFacts
from models.states import Verdict
from models.supervision import SupervisionCause, SupervisionKind
from rules.calendar_change import KIND, by_policy
from services.views.values.records import EventLine
from services.wording.attribute_words import corrections
from services.wording.names import department_name, faults, item_name, material_name
from services.wording.words import word

SENTENCES: Mapping[str, str] = {
    "ProjectRegistered": "Project registered",
    "StewardAssigned": "{steward} became the project steward",
    "AttributesCorrected": "Particulars of the project corrected ({corrected}): {reason}",
    "StageOpened": "Stage {stage} opened",
    "ArchitectTeamRecorded": "{architect} ({registration}) of {unit} answers for the design",
    "DesignOpinionRecorded": "Design opinion {number} of {by} on {subject}: {opinion}",
    "StagesMerged": "Handled as one: {into} ({basis})",
    "ItemExempted": "{item}: exempt by rule ({basis})",
    "ItemOpened": "{item} is open to apply",
    "ExaminationStarted": "Examination of {item} began",
    "ItemHeldBack": "{item} waits again, because {because} no longer stands",
    "MaterialSubmitted": "{material} handed in",
    "ApplicationSubmitted": "Applied for {item}",
    "ApplicationAccepted": "{item} accepted",
    "ApplicationDeemedAccepted": "{item} deemed accepted: nothing was said within five working days",
    "CorrectionRequested": "Corrections of {item} asked for: {faults}",
    "CorrectionSupplied": "Corrections of {item} handed in",
    "ApplicationReferred": "{item} referred to {to}: {reason}",
    "FoundNotRequired": "{item}: no licence is needed. {reason}",
    "FixedOnTheSpot": "{material} put right on the spot. {note}",
    "ApplicationRefused": "{item} not accepted: {reason}. Competent is {competent_authority}",
    "ApplicationWithdrawn": "Application for {item} taken back",
    "ItemApproved": "{item} granted",
    "PreliminaryOpinionIssued": "Preliminary opinion on {item}; still to come: {deficiencies}",
    "ItemDenied": "{item} denied: {reason}",
    "ClockSuspended": "Special procedure in {item}: {procedure}, {planned_days} working days planned",
    "ClockResumed": "Special procedure in {item} ended: {result}",
    "LimitExtended": "Limit of {item} extended to {due_on}: {reason}",
    "MaterialMadeUp": "Deferred paper of {item} handed in: {material}",
    "DeficiencyCured": "{material} of {item} verified and closed out",
    "MakeUpReturned": "{material} of {item} returned: {reason}",
    "ApprovalVoided": "{item} voided, because {materials} did not come in time",
    "ReExaminationRequired": "{item} has to be examined again, because {because} no longer stands",
    "SiteVerified": "{item} verified on the spot: {finding}",
    "SiteVisitScheduled": "Joint visit to the site for {item} set for {scheduled_for}",
    "SiteVisitHeld": "Joint visit to the site for {item} held on {held_on}: {finding}",
    "DepartmentsConsulted": "{departments} asked about {item}",
    "ConsultationAnswered": "{department} answered about {item}: {opinion}",
    "SilenceTakenAsConsent": "{departments} said nothing about {item} in time and are taken to agree",
    "ConsultationsLapsed": "{departments} need not answer about {item} any more",
    "RectificationRequired": "{item}: {verdict}. {points}",
    "RectificationReported": "{item} reported as rectified: {note}",
    "ApplicantsTimeBegan": "Only rectification is outstanding in {item}: its limit is held",
    "ApplicantsTimeEnded": "The limit of {item} goes on",
    "ReExaminationLifted": "{item} need not be examined again: {because} stands",
    "ReExaminationConfirmed": "{item} was examined again and stands: {reason}",
    "BasisFellKept": "{item} stays as it is although {because} no longer stands",
    "VoidingAppealed": "Objection to the voiding of {item}: {reason}",
    "AppealDismissed": "Objection to the voiding of {item} dismissed: {reason}",
    "ApprovalRestored": "{item} restored as it was granted: {reason}",
    "CreditRepaired": "Credit record of the enterprise repaired for {item}: {reason}",
    "CreditCorrected": "Credit record of the enterprise corrected for {item}: {reason}",
    "NextPhasePromised": "{next} has to be applied for by {due_on}",
    "NextPhaseApplied": "{next} was applied for, as promised with {item}",
    "PhaseLapsed": "{next} was not applied for by {due_on}; work on {item} was ordered to stop",
    "ViolationRecorded": "Work beyond {item} found on {happened_on}: {reason}",
    "SupervisionBegun": "Supervision of quality and safety began with {item}",
    "SupervisionOpened": "Supervision of {item}: {task}, {cause}",
    "SupervisionDone": "Supervision of {item}, {task} closed: {note}",
    "SupervisionReplied": "Supervision letter about {item} answered. Cause: {why} Measures: {measures} Done by: {until}",
    "SupervisionDropped": "Supervision of {item}, {task} not needed any more",
    "RoundStarted": "{item} begins again, round {round}",
    "MilestoneRecorded": "{item} happened on {happened_on}",
    "LeadSent": "The utility of {item} hears of the project in advance",
    "LeadAcknowledged": "The utility of {item} knows of the project and names whom to ask",
    "LineAnswered": "{item} answered with a plan: {plan}",
    "LineToConnect": "{item} can be connected",
    "LineConnected": "{item} connected on {connected_on}",
    "BundleReleased": "{name}: the documents of {held} are issued together, as {because} is recorded",
    "BundleBroken": "{name} could not be kept together: the documents of {held} are issued, {waiting} still to come",
    "DocumentIssued": "Document of {item} issued, number {number}",
    "DocumentDelivered": "Document of {item} delivered",
    "WarningGiven": "{rung} {item}: due on {due_on}",
    "CalendarChanged": "The working calendar changed. {moved}",
    "ProjectClosed": "Project completed",
    "ScenarioMigrated": "Moved from version {before} to version {after} of the scenario",
}
#: What a rung of the warning ladder comes to.
RUNGS: Mapping[str, str] = {
    "yellow": "Due soon,",
    "red": "Overdue,",
    "head": "Overdue, told to the head of the department,",
    "supervision": "Overdue, under the supervision of the leader,",
    "procedure": "Special procedure longer than planned,",
}
_WITH_DEFICIENCIES = "{item} granted, papers to follow: {deficiencies}"
_BY_POLICY = "The district's rules of counting changed. {moved}"
_TO_RECORD = "{item} can be recorded as soon as it has happened"
_WITH_DEFERRED = "Applied for {item}, to follow later: {deferred}"


def all_sentences() -> tuple[str, ...]:
    """Every English sentence there is here: each needs its translation."""
    return (
        *SENTENCES.values(),
        *RUNGS.values(),
        _WITH_DEFICIENCIES,
        _WITH_DEFERRED,
        _BY_POLICY,
        _TO_RECORD,
    )


def sentence(
    event: EventLine,
    facts: ProjectFacts,
    language: str,
    translate: Callable[[str], str] = str,
    people: Mapping[str, str] | None = None,
) -> str:
    """What happened, as a person reads it; ``people`` are names by login."""
    template = SENTENCES.get(event.kind)
    if template is None:
        return translate(_spelled_out(event.kind))
    if event.kind == "ItemApproved" and event.data.get("deficiencies"):
        template = _WITH_DEFICIENCIES
    if event.kind == "ApplicationSubmitted" and event.data.get("deferred"):
        template = _WITH_DEFERRED
    if event.kind == "ItemOpened" and _is_milestone(event, facts):
        template = _TO_RECORD
    if event.kind == KIND and by_policy(event.data):
        template = _BY_POLICY
    values = _Values(_Reader(facts, language, translate, people or {}).values(event))
    return translate(template).format_map(values).rstrip(" ：:，,。.")


def _is_milestone(event: EventLine, facts: ProjectFacts) -> bool:
    """Whether what opened is nothing to apply for."""
    definition = facts.scenario.item.get(event.item or "")
    return definition is not None and definition.mode is ItemMode.MILESTONE


class _Values(dict[str, str]):
    """An event of an older version may lack a value: its place stays empty."""

    def __missing__(self, key: str) -> str:
        return ""


class _Reader:
    """What an event's values are called in one language."""

    def __init__(
        self,
        facts: ProjectFacts,
        language: str,
        translate: Callable[[str], str],
        people: Mapping[str, str],
    ) -> None:
        self._scenario = facts.scenario
        self._language = language
        self._translate = translate
        self._people = people
        self._by_name: Mapping[str, Callable[[Any], str]] = {
            "item": self._item,
            "because": self._item,
            "next": self._item,
            "task": lambda kind: word(SupervisionKind(kind), self._translate),
            "cause": lambda cause: word(SupervisionCause(cause), self._translate),
            "rung": lambda rung: self._translate(RUNGS.get(rung, rung)),
            "held": self._items,
            "waiting": self._items,
            "name": self._text,
            "material": lambda key: self._materials([key]),
            "materials": self._materials,
            "faults": self._faults,
            "deficiencies": self._materials,
            "deferred": self._materials,
            "stage": self._stage,
            "into": self._stage,
            "to": self._department,
            "department": self._department,
            "departments": self._departments,
            "corrected": self._corrected,
            "steward": lambda login: self._people.get(login, login),
            "procedure": lambda name: word(SpecialProcedure(name), self._translate),
            "happened_on": self._day,
            "verdict": lambda name: word(Verdict(name), self._translate),
            "connected_on": self._day,
            "due_on": self._day,
            "until": self._day,
            "scheduled_for": self._day,
            "held_on": self._day,
            "moved": self._moved,
        }

    def values(self, event: EventLine) -> dict[str, str]:
        """Everything an event says, as a person reads it."""
        said = {"item": event.item, **event.data}
        if event.kind == "CorrectionRequested":
            said = {"item": event.item, "faults": faults(self._scenario, said)}
        return {
            name: self._by_name.get(name, str)(value)
            for name, value in said.items()
            if value is not None
        }

    def _item(self, code: str) -> str:
        return item_name(self._scenario, code).in_language(self._language)

    def _items(self, codes: list[str]) -> str:
        separator = "、" if self._language.startswith("zh") else ", "
        return separator.join(self._item(code) for code in codes)

    def _text(self, value: Mapping[str, str]) -> str:
        return Text.model_validate(value).in_language(self._language)

    def _departments(self, keys: list[str]) -> str:
        separator = "、" if self._language.startswith("zh") else ", "
        return separator.join(self._department(key) for key in keys)

    def _department(self, key: str) -> str:
        return department_name(self._scenario, key).in_language(self._language)

    def _materials(self, keys: list[str]) -> str:
        separator = "、" if self._language.startswith("zh") else ", "
        names = (material_name(self._scenario, key) for key in keys)
        return separator.join(name.in_language(self._language) for name in names)

    def _faults(self, found: Iterable[tuple[Text, str]]) -> str:
        """What a notice of corrections named, each with what is wrong with it."""
        chinese = self._language.startswith("zh")
        colon, separator = ("：", "；") if chinese else (": ", "; ")
        lines = (f"{name.in_language(self._language)}{colon}{wrong}" for name, wrong in found)
        return separator.join(lines)

    def _moved(self, moved: list[dict[str, Any]]) -> str:
        """Last days that a new calendar moved; both limits of a clock only where both moved."""
        separator = "；" if self._language.startswith("zh") else "; "
        return separator.join(
            dict.fromkeys(
                f"{self._item(one['item'])} {self._day(one['before'])} → {self._day(one['after'])}"
                for one in moved
            )
        )

    def _corrected(self, corrected: list[Mapping[str, Any]]) -> str:
        separator = "；" if self._language.startswith("zh") else "; "
        said = corrections(self._scenario, corrected, self._language, self._translate)
        return separator.join(said)

    def _stage(self, key: str) -> str:
        found = self._scenario.stage.get(key)
        return found.name.in_language(self._language) if found else key

    def _day(self, value: str) -> str:
        return day(date.fromisoformat(value), self._language)


def day(value: date, language: str) -> str:
    """A date as people write it: 2026年11月16日, or 16 Nov 2026."""
    if language.startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _spelled_out(kind: str) -> str:
    """``SomethingHappened`` → ``Something happened``: for events this version does not know."""
    words = re.findall(r"[A-Z][a-z]*|[a-z]+|\d+", kind)
    return " ".join(words).capitalize()
