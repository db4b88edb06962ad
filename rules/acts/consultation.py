"""Consultation of other departments before an item is decided: their answers, and their silence."""

from __future__ import annotations

from models import commands as c
from models.consultation import ConsultationFacts, ConsultationState
from models.errors import KaigongError
from models.states import UNDER_EXAMINATION, ClockKind
from rules import consultation
from rules.draft import Draft


class NotConsulted(KaigongError):
    """item: {department} was not asked about {item}; asked were: {asked}."""

    field = "item"


class AnsweredAlready(KaigongError):
    """item: {department} answered about {item} already, or its silence was taken as consent; tell the deciding department what is new."""

    field = "item"


class AnswersOutstanding(KaigongError):
    """item: {departments} have still to answer about {item}; urge them, it is decided when all have."""

    field = "item"


class ObjectionUnaddressed(KaigongError):
    """comment: {departments} objected to {item}; say in the comment why it is decided all the same."""

    field = "comment"


class NotSilentYet(KaigongError):
    """item: nobody's silence about {item} counts as consent today; it does when the last day is over, and only where that is declared."""

    field = "item"


def answer(draft: Draft, command: c.AnswerConsultation) -> None:
    """The actor's department agrees or objects; whoever decides sees it with the item."""
    entries = consultation.of_round(draft.items, draft.consultations, command.item)
    actor = draft.context.actor
    own = next((one for one in entries if one.department == actor.department), None)
    if own is None:
        asked = [one.department for one in entries] or ["none"]
        raise NotConsulted(department=actor.department or "-", item=command.item, asked=asked)
    if own.state is not ConsultationState.ASKED:
        raise AnsweredAlready(department=own.department, item=command.item)
    state = ConsultationState.AGREED if command.agrees else ConsultationState.OBJECTED
    _close(draft, own, state, "answered", opinion=command.opinion, by=actor.login)
    draft.change(command.item)
    said: dict[str, object] = {"agrees": command.agrees, "opinion": command.opinion}
    draft.record("ConsultationAnswered", command.item, department=own.department, **said)
    decides = f"department:{draft.items[command.item].department}"
    said["consulted"] = own.department
    draft.tell(decides, "consultation_answered", command.item, **said)


def deem_agreed(draft: Draft, command: c.DeemAgreed) -> None:
    """Silence to the last day is consent where the scenario declares it, and nowhere else (R12)."""
    entries = consultation.of_round(draft.items, draft.consultations, command.item)
    silent = consultation.silent(entries, draft.clocks, draft.today)
    if not silent:
        raise NotSilentYet(item=command.item)
    for one in silent:
        _close(draft, one, ConsultationState.DEEMED_AGREED, "deemed agreed")
    draft.change(command.item)
    departments = [one.department for one in silent]
    draft.record("SilenceTakenAsConsent", command.item, departments=departments)
    decides = draft.items[command.item].department
    for audience in (f"department:{decides}", *(f"department:{one}" for one in departments)):
        draft.tell(audience, "consultation_deemed", command.item, departments=departments)


def check_answered(draft: Draft, item: str, comment: str) -> None:
    """Nothing is granted before everyone has answered, and no objection is passed over in silence."""
    entries = consultation.of_round(draft.items, draft.consultations, item)
    outstanding = consultation.unanswered(entries)
    if outstanding:
        raise AnswersOutstanding(departments=list(outstanding), item=item)
    objected = [one.department for one in entries if one.state is ConsultationState.OBJECTED]
    if objected and not comment:
        raise ObjectionUnaddressed(departments=objected, item=item)


def lapse(draft: Draft) -> None:
    """Nobody has to answer about what is not examined any longer."""
    ended: dict[str, list[ConsultationFacts]] = {}
    for one in draft.consultations.values():
        facts = draft.items.get(one.item)
        if facts is None:
            continue  # a later version of the scenario has no such item
        over = one.round != facts.round or facts.state not in UNDER_EXAMINATION
        if over and one.state is ConsultationState.ASKED:
            ended.setdefault(one.item, []).append(one)
    for item, entries in ended.items():
        for one in entries:
            _close(draft, one, ConsultationState.LAPSED, "not asked any longer")
        departments = [one.department for one in entries]
        draft.record("ConsultationsLapsed", item, departments=departments)


def _close(
    draft: Draft, entry: ConsultationFacts, state: ConsultationState, why: str, **said: object
) -> None:
    if draft.items[entry.item].round == entry.round:
        draft.stop_clock(entry.item, ClockKind.CONSULTATION, entry.department, why)
    draft.change_consultation(entry, state=state, answered_on=draft.today, **said)
