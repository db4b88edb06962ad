"""What the papers of the procedure say 文书: notices, decisions, the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models import commands as c
from models.actor import Role
from models.definition import ItemMode
from models.facts import ClockFacts, ProjectFacts
from models.official_document import DocumentRegister
from models.states import ClockKind, DeficiencyState
from rules import timers
from rules.completeness import outstanding, provided
from rules.context import Context
from rules.official_documents.parts import (
    Face,
    day,
    entry,
    is_licence,
    material_name,
    owed,
    shared_face,
)

#: Acts that write a paper of the procedure → its kind in the register. Each act writes at most one.
WRITTEN_BY: Mapping[str, str] = {
    "accept_application": "acceptance_notice",
    "deem_accepted": "acceptance_notice",
    "request_correction": "correction_notice",
    "refuse_application": "refusal_notice",
    "declare_not_required": "not_required_notice",
    "suspend_clock": "special_procedure_notice",
    "extend_limit": "extension_notice",
    "approve_item": "grant_decision",
    "deny_item": "denial_decision",
    "issue_preliminary_opinion": "preliminary_opinion",
    "void_approval": "void_decision",
    "record_delivery": "delivery_receipt",
}


def kind_written(facts: ProjectFacts, command: c.ItemCommand) -> str | None:
    """The kind of paper that an act on an item writes; ``None`` where it writes none.

    Nobody applies for an internal item or a milestone, so nobody is written to. An item that is no
    licence and ends in a document of its own has that for its decision (art. 38 asks for a written
    decision on a licence).
    """
    kind = WRITTEN_BY.get(command.act)
    if kind is None or kind == "delivery_receipt":
        return kind
    definition = facts.definition(command.item)
    if definition.mode is not ItemMode.APPLICATION:
        return None
    if kind == "grant_decision" and definition.document and not is_licence(definition):
        return None
    return kind


def procedure_face(
    facts: ProjectFacts,
    command: c.ItemCommand,
    kind: str,
    register: DocumentRegister,
    context: Context,
) -> Face:
    """What a paper of the procedure says, from the facts as the act ``command`` left them."""
    definition, words = facts.definition(command.item), register.document[kind]
    other = words.other_name
    name = words.name if is_licence(definition) or other is None else other
    common = shared_face(facts, command.item, register, context)
    return {
        **common,
        "name": name.model_dump(),
        "basis": list(words.basis) if common["authority"] else [],
        "owed": [],
        **_SAID[kind](facts, command, context),
    }


def _acceptance(facts: ProjectFacts, command: c.ItemCommand, context: Context) -> Face:
    item, definition = facts.items[command.item], facts.definition(command.item)
    clock = _decision_clock(facts, command.item)
    make_up = context.policy.make_up
    deferred = outstanding(item, facts.materials)
    there = [
        {"name": material_name(facts, key), "by": _way(facts, key)}
        for key in definition.required
        if key not in deferred
    ]
    return {
        "received_on": day(item.received_on),
        "accepted_on": day(item.accepted_on),
        "deemed": isinstance(command, c.DeemAccepted),
        "promised": _limit(clock, "promised"),
        "statutory": _limit(clock, "statutory"),
        "due_on": day(clock.due_on) if clock else None,
        "materials": there,
        "owed": [entry(facts, material, None) for material in deferred],
        "make_up": {"length": make_up.length, "unit": make_up.unit.value},
    }


def _correction(facts: ProjectFacts, command: c.RequestCorrection, _context: Context) -> Face:
    item = facts.items[command.item]
    papers, fields = item.corrections["materials"], item.corrections["fields"]
    return {
        "received_on": day(item.received_on),
        "materials": [{**material_name(facts, key), "wrong": papers[key]} for key in papers],
        "fields": [_field(facts, command.item, key, fields[key]) for key in fields],
    }


def _field(facts: ProjectFacts, item: str, key: str, wrong: str) -> Face:
    """A field of the form that has to be corrected, as it is filled in now."""
    field, value = facts.definition(item).field[key], facts.items[item].form.get(key)
    chosen = next((one.name.zh for one in field.choices if one.key == value), value)
    unit = field.unit.zh if field.unit and value is not None else ""
    return {**field.name.model_dump(), "wrong": wrong, "value": chosen, "unit": unit}


def _refusal(facts: ProjectFacts, command: c.RefuseApplication, _context: Context) -> Face:
    return {
        "received_on": day(facts.items[command.item].received_on),
        "reason": command.reason,
        "competent_authority": command.competent_authority,
    }


def _not_required(facts: ProjectFacts, command: c.DeclareNotRequired, _context: Context) -> Face:
    return {
        "received_on": day(facts.items[command.item].received_on),
        "decided_on": day(facts.items[command.item].decided_on),
        "reason": command.reason,
    }


def _special_procedure(facts: ProjectFacts, command: c.SuspendClock, context: Context) -> Face:
    clock = _decision_clock(facts, command.item)
    until = timers.view(clock, context).suspension_planned_until if clock else None
    return {
        "accepted_on": day(facts.items[command.item].accepted_on),
        "procedure": command.procedure.value,
        "planned_days": command.planned_days,
        "since": day(context.today),
        "until": day(until),
    }


def _extension(facts: ProjectFacts, command: c.ExtendLimit, _context: Context) -> Face:
    clock = _decision_clock(facts, command.item)
    by = timers.extension_of(facts.definition(command.item))
    return {
        "accepted_on": day(facts.items[command.item].accepted_on),
        "reason": command.reason,
        "by": {"length": by.length, "unit": by.unit.value} if by else None,
        "due_on": day(clock.due_on) if clock else None,
    }


def _grant(facts: ProjectFacts, command: c.ApproveItem, _context: Context) -> Face:
    definition = facts.definition(command.item)
    document = facts.scenario.document.get(definition.document or "")
    return {
        "received_on": day(facts.items[command.item].received_on),
        "decided_on": day(facts.items[command.item].decided_on),
        "comment": command.comment or None,
        "certificate": document.name.model_dump() if document else None,
        "owed": owed(facts, facts.open_deficiencies(command.item)),
    }


def _denial(facts: ProjectFacts, command: c.DenyItem, _context: Context) -> Face:
    item = facts.items[command.item]
    return {
        "received_on": day(item.received_on),
        "decided_on": day(item.decided_on),
        "reason": command.reason,
    }


def _opinion(facts: ProjectFacts, command: c.IssuePreliminaryOpinion, _context: Context) -> Face:
    return {
        "received_on": day(facts.items[command.item].received_on),
        "decided_on": day(facts.items[command.item].decided_on),
        "comment": command.comment or None,
        "owed": owed(facts, facts.open_deficiencies(command.item)),
    }


def _voiding(facts: ProjectFacts, command: c.VoidApproval, context: Context) -> Face:
    item = facts.items[command.item]
    expired = [
        deficiency
        for deficiency in facts.deficiencies.values()
        if deficiency.item == command.item
        and deficiency.round == item.round
        and deficiency.state is DeficiencyState.EXPIRED
    ]
    voiding = facts.voidings.get((item.code, item.round))
    because = voiding.because if voiding else None
    return {
        "decided_on": day(item.decided_on),
        "expired": owed(facts, expired),
        "because": facts.definition(because).name.model_dump() if because else None,
        # What time does by rule has no words of its own: the list says it.
        "reason": None if context.actor.role is Role.SYSTEM or because else command.reason,
    }


def _delivery(_facts: ProjectFacts, command: c.RecordDelivery, context: Context) -> Face:
    return {"method": command.method, "delivered_on": day(context.today)}


_SAID: Mapping[str, Callable[[ProjectFacts, Any, Context], Face]] = {
    "acceptance_notice": _acceptance,
    "correction_notice": _correction,
    "refusal_notice": _refusal,
    "not_required_notice": _not_required,
    "special_procedure_notice": _special_procedure,
    "extension_notice": _extension,
    "grant_decision": _grant,
    "denial_decision": _denial,
    "preliminary_opinion": _opinion,
    "void_decision": _voiding,
    "delivery_receipt": _delivery,
}


def void_reason(facts: ProjectFacts, command: c.VoidApproval, context: Context) -> str:
    """Why a document was revoked, for whoever verifies it; in Chinese, as the document is."""
    voiding = facts.voidings.get((command.item, facts.items[command.item].round))
    if voiding is not None and voiding.because is not None:
        return f"作为依据的“{facts.definition(voiding.because).name.zh}”已不成立"
    if context.actor.role is not Role.SYSTEM:
        return command.reason
    names = [entry["name"]["zh"] for entry in _voiding(facts, command, context)["expired"]]
    return "未在规定期限内补齐容缺材料：" + "、".join(names)


def _decision_clock(facts: ProjectFacts, item: str) -> ClockFacts | None:
    return facts.clocks.get((item, ClockKind.DECISION, facts.items[item].round, ""))


def _limit(clock: ClockFacts | None, which: str) -> Face | None:
    length = getattr(clock, f"{which}_length", None)
    if length is None:
        return None
    return {"length": length, "unit": getattr(clock, f"{which}_unit").value}


def _way(facts: ProjectFacts, material: str) -> str:
    """How a material of an accepted application is there: by whom it was given, or by commitment."""
    if not provided(facts.materials, material):
        return "commitment"
    return "applicant" if facts.materials[material].source == "applicant" else "system"
