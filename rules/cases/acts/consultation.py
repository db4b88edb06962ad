"""Consultation of other departments before an item is decided: their answers, and their silence."""

from __future__ import annotations

from config.texts import Word
from models.cases import commands as c
from models.cases.consultation import CONSULTATIONS, ConsultationFacts, ConsultationState
from models.cases.facts import ProjectFacts
from models.cases.states import UNDER_EXAMINATION, ClockKind, ItemState
from models.errors import KaigongError
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Business, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments import consultation


class NotConsulted(KaigongError):
    template = "item: {department} was not asked about {item}; asked were: {asked}."
    field = "item"


class AnsweredAlready(KaigongError):
    template = "item: {department} answered about {item} already, or its silence was taken as consent; tell the deciding department what is new."
    field = "item"


class AnswersOutstanding(KaigongError):
    template = "item: {departments} have still to answer about {item}; urge them, it is decided when all have."
    field = "item"


class ObjectionUnaddressed(KaigongError):
    template = "comment: {departments} objected to {item}; say in the comment why it is decided all the same."
    field = "comment"


class NotSilentYet(KaigongError):
    template = "item: nobody's silence about {item} counts as consent today; it does when the last day is over, and only where that is declared."
    field = "item"


def answer(draft: Draft, command: c.AnswerConsultation) -> None:
    """Record the consent or objection of the actor's department."""
    entries = consultation.of_round(draft.items, draft.consultations, command.item)
    actor = draft.context.actor
    own = next((entry for entry in entries if entry.department == actor.department), None)
    if own is None:
        asked = [entry.department for entry in entries] or [Word("none")]
        raise NotConsulted(department=actor.department or "-", item=command.item, asked=asked)
    if own.state is not ConsultationState.ASKED:
        raise AnsweredAlready(department=own.department, item=command.item)
    state = ConsultationState.AGREED if command.agrees else ConsultationState.OBJECTED
    _close(draft, own, state, "answered", opinion=command.opinion, by=actor.login)
    draft.change(command.item)
    details: dict[str, object] = {"agrees": command.agrees, "opinion": command.opinion}
    draft.record("ConsultationAnswered", command.item, department=own.department, **details)
    decides = f"department:{draft.items[command.item].department}"
    details["consulted"] = own.department
    draft.tell(decides, "consultation_answered", command.item, **details)


def deem_agreed(draft: Draft, command: c.DeemAgreed) -> None:
    """Record silence as consent, where the scenario declares it (R12)."""
    entries = consultation.of_round(draft.items, draft.consultations, command.item)
    silent = consultation.silent(entries, draft.clocks, draft.today)
    if not silent:
        raise NotSilentYet(item=command.item)
    for entry in silent:
        _close(draft, entry, ConsultationState.DEEMED_AGREED, "deemed agreed")
    draft.change(command.item)
    departments = [entry.department for entry in silent]
    draft.record("SilenceTakenAsConsent", command.item, departments=departments)
    decides = draft.items[command.item].department
    for audience in (
        f"department:{decides}",
        *(f"department:{department}" for department in departments),
    ):
        draft.tell(audience, "consultation_deemed", command.item, departments=departments)


def check_answered(draft: Draft, item: str, comment: str) -> None:
    """Refuse a grant while answers are outstanding, or an objection is not addressed."""
    entries = consultation.of_round(draft.items, draft.consultations, item)
    outstanding = consultation.unanswered(entries)
    if outstanding:
        raise AnswersOutstanding(departments=list(outstanding), item=item)
    objected = [entry.department for entry in entries if entry.state is ConsultationState.OBJECTED]
    if objected and not comment:
        raise ObjectionUnaddressed(departments=objected, item=item)


def lapse(draft: Draft) -> None:
    """Close consultations on items that are no longer under examination."""
    ended: dict[str, list[ConsultationFacts]] = {}
    for entry in draft.consultations.values():
        facts = draft.items.get(entry.item)
        if facts is None:
            continue  # a later version of the scenario has no such item
        over = entry.round != facts.round or facts.state not in UNDER_EXAMINATION
        if over and entry.state is ConsultationState.ASKED:
            ended.setdefault(entry.item, []).append(entry)
    for item, entries in ended.items():
        for entry in entries:
            _close(draft, entry, ConsultationState.LAPSED, "not asked any longer")
        departments = [entry.department for entry in entries]
        draft.record("ConsultationsLapsed", item, departments=departments)


def _close(
    draft: Draft, entry: ConsultationFacts, state: ConsultationState, why: str, **details: object
) -> None:
    if draft.items[entry.item].round == entry.round:
        draft.stop_clock(entry.item, ClockKind.CONSULTATION, entry.department, why)
    draft.enter(CONSULTATIONS, entry, state=state, answered_on=draft.today, **details)


def consulted(facts: ProjectFacts, code: str) -> tuple[str, ...]:
    """Departments consulted on an item in its current round."""
    entries = consultation.of_round(facts.items, facts.consultations, code)
    return tuple(entry.department for entry in entries)


def _has_to_answer(situation: Situation) -> bool:
    facts = situation.facts
    return any(
        entry.department == situation.actor.department and entry.state is ConsultationState.ASKED
        for entry in consultation.of_round(facts.items, facts.consultations, situation.code)
    )


#: Whatever act it came of.
EVENTS = (
    EventKind(
        "ConsultationsLapsed",
        "{departments} need not answer about {item} any more",
        reads={"departments": Reading.DEPARTMENTS},
    ),
)
ANSWER_CONSULTATION = Act(
    command=c.AnswerConsultation,
    label="Answer for your department",
    perform=answer,
    roles=roles.EXAMINERS,
    business=Business(asked=consulted),
    transitions=stays(ItemState.ACCEPTED, ItemState.RECTIFYING, ItemState.SUSPENDED),
    place=130,
    offered=_has_to_answer,
    form=Form(place=160, template="answer_consultation"),
    events=(
        EventKind(
            "ConsultationAnswered",
            "{department} answered about {item}: {opinion}",
            reads={"department": Reading.DEPARTMENT},
        ),
    ),
    notices=("consultation_answered",),
)
DEEM_AGREED = Act(
    command=c.DeemAgreed,
    label="Take silence as consent",
    perform=deem_agreed,
    roles=roles.SYSTEM,
    transitions=stays(ItemState.ACCEPTED, ItemState.RECTIFYING, ItemState.SUSPENDED),
    place=140,
    events=(
        EventKind(
            "SilenceTakenAsConsent",
            "{departments} said nothing about {item} in time and are taken to agree",
            reads={"departments": Reading.DEPARTMENTS},
        ),
    ),
    notices=("consultation_deemed",),
)
