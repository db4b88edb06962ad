"""What official documents say: the face of each, drawn up from the facts as the act left them.

A face holds plain JSON values and everything that is printed, so that the page set from it years
later says what it said on the day of issue. Chinese words beyond names stand in the templates
(``config/templates/documents``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from models import commands as c
from models.actor import Role
from models.definition import DepartmentKind, ItemCategory, ItemDefinition, ItemMode, Text
from models.facts import ClockFacts, DeficiencyFacts, ProjectFacts
from models.official_document import DocumentRegister
from models.states import ClockKind, DeficiencyState, ItemState
from models.supervision import SupervisionFacts
from rules import site_visit, timers
from rules.completeness import outstanding, provided
from rules.context import Context

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
#: The mark of a source, such as ``[L]`` or ``[S:004]``: for whoever edits the catalogue, not for print.
_MARK = re.compile(r"\s*\[[A-Z](?::[^\]]*)?\]")

Face = dict[str, Any]


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


def is_licence(definition: ItemDefinition) -> bool:
    """Whether the Administrative Licensing Law applies to an item as a whole 行政许可."""
    return definition.category in (None, ItemCategory.LICENCE)


def certificate_face(
    facts: ProjectFacts, item: str, register: DocumentRegister, context: Context
) -> Face:
    """What the certificate of a granted item says."""
    definition = facts.definition(item)
    document = facts.scenario.document[definition.document or ""]
    return {
        **_common(facts, item, register, context),
        "template": document.page,
        "name": document.name.model_dump(),
        "basis": [],
        "decided_on": _day(facts.items[item].decided_on),
        "supervision": _supervision(facts, definition),
        "owed": _owed(facts, facts.open_deficiencies(item)),
        **_utility_plans(facts, item),
        "parts": _parts(facts, item),
    }


def _parts(facts: ProjectFacts, whole: str) -> list[Face]:
    """What the opinion on a joint item rests on: each part, when it passed, and whether at once."""
    rectified = {entry.item for entry in facts.rectifications.values() if entry.confirmed_on}
    parts = (facts.items[code] for code in facts.scenario.parts.get(whole, ()))
    return [
        {
            "name": facts.definition(part.code).name.model_dump(),
            "decided_on": _day(part.decided_on),
            "rectified": part.code in rectified,
        }
        for part in parts
        if part.state is not ItemState.NOT_REQUIRED
    ]


def _supervision(facts: ProjectFacts, definition: ItemDefinition) -> dict[str, str] | None:
    """Who supervises quality and safety, where that is merged into the permit."""
    if definition.supervised_by is None:
        return None
    department = facts.scenario.department.get(definition.supervised_by)
    return (department.name if department else _as_text(definition.supervised_by)).model_dump()


def _utility_plans(facts: ProjectFacts, item: str) -> Face:
    """The plan of every line that the consolidated reply of utilities answers; else nothing."""
    plans = [
        {
            "name": facts.definition(code).name.model_dump(),
            "plan": line.plan,
            "days": line.days,
            "to_red_line": line.to_red_line,
            "contact": line.contact,
            "by_record": site_visit.stayed_away(
                facts.scenario, facts.items, facts.site_visits, code
            )
            is not None,
        }
        for code in facts.definition(item).after
        if facts.definition(code).utility is not None
        and (line := facts.lines.get(code)) is not None
        and line.answered_on is not None
    ]
    return {"lines": plans} if plans else {}


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
    common = _common(facts, command.item, register, context)
    return {
        **common,
        "name": name.model_dump(),
        "basis": list(words.basis) if common["authority"] else [],
        "owed": [],
        **_SAID[kind](facts, command, context),
    }


def supervision_face(
    facts: ProjectFacts,
    letter: SupervisionFacts,
    missed: date | None,
    register: DocumentRegister,
    context: Context,
) -> Face:
    """What the supervision letter 督办函 says; ``missed`` is the last day that passed.

    It goes to the department that is late, from whoever supervises the departments here.
    """
    about = letter.subject if letter.subject in facts.scenario.material else None
    return {
        **_common(facts, letter.item, register, context),
        "name": register.document["supervision_letter"].name.model_dump(),
        "department": letter.department,
        "issuer": _issuer(register.supervisor, register.place).model_dump(),
        "addressee": _department(facts, letter.department, register).model_dump(),
        "basis": [],
        "owed": [],
        "clock": letter.clock,
        "subject": letter.subject,
        "about": _material(facts, about) if about else None,
        "due_on": _day(missed),
        "reply_by": _day(letter.due_on),
    }


def _common(facts: ProjectFacts, code: str, register: DocumentRegister, context: Context) -> Face:
    definition, key = facts.definition(code), facts.items[code].department
    basis = definition.legal_basis
    return {
        "item": definition.name.model_dump(),
        "item_code": code,
        "round": facts.items[code].round,
        "scope": definition.scope.model_dump() if definition.scope else None,
        "legal_basis": _MARK.sub("", basis).strip() if basis else None,
        "licence": is_licence(definition),
        "authority": _is_authority(facts, key),
        "department": key,
        "issuer": _department(facts, key, register).model_dump(),
        "project": facts.title,
        "project_code": facts.code,
        "enterprise": facts.enterprise,
        "reconsideration": register.reconsideration,
        "court": register.court,
        "dated": _day(context.today),
    }


# --- what each kind says beside that ------------------------------------------------------------


def _acceptance(facts: ProjectFacts, command: c.ItemCommand, context: Context) -> Face:
    item, definition = facts.items[command.item], facts.definition(command.item)
    clock = _decision_clock(facts, command.item)
    make_up = context.policy.make_up
    deferred = outstanding(item, facts.materials)
    there = [
        {"name": _material(facts, key), "by": _way(facts, key)}
        for key in definition.required
        if key not in deferred
    ]
    return {
        "received_on": _day(item.received_on),
        "accepted_on": _day(item.accepted_on),
        "deemed": isinstance(command, c.DeemAccepted),
        "promised": _limit(clock, "promised"),
        "statutory": _limit(clock, "statutory"),
        "due_on": _day(clock.due_on) if clock else None,
        "materials": there,
        "owed": [_entry(facts, material, None) for material in deferred],
        "make_up": {"length": make_up.length, "unit": make_up.unit.value},
    }


def _correction(facts: ProjectFacts, command: c.RequestCorrection, _context: Context) -> Face:
    item = facts.items[command.item]
    papers, fields = item.corrections["materials"], item.corrections["fields"]
    return {
        "received_on": _day(item.received_on),
        "materials": [{**_material(facts, key), "wrong": papers[key]} for key in papers],
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
        "received_on": _day(facts.items[command.item].received_on),
        "reason": command.reason,
        "competent_authority": command.competent_authority,
    }


def _not_required(facts: ProjectFacts, command: c.DeclareNotRequired, _context: Context) -> Face:
    return {
        "received_on": _day(facts.items[command.item].received_on),
        "decided_on": _day(facts.items[command.item].decided_on),
        "reason": command.reason,
    }


def _special_procedure(facts: ProjectFacts, command: c.SuspendClock, context: Context) -> Face:
    clock = _decision_clock(facts, command.item)
    until = timers.view(clock, context).suspension_planned_until if clock else None
    return {
        "accepted_on": _day(facts.items[command.item].accepted_on),
        "procedure": command.procedure.value,
        "planned_days": command.planned_days,
        "since": _day(context.today),
        "until": _day(until),
    }


def _extension(facts: ProjectFacts, command: c.ExtendLimit, _context: Context) -> Face:
    clock = _decision_clock(facts, command.item)
    by = timers.extension_of(facts.definition(command.item))
    return {
        "accepted_on": _day(facts.items[command.item].accepted_on),
        "reason": command.reason,
        "by": {"length": by.length, "unit": by.unit.value} if by else None,
        "due_on": _day(clock.due_on) if clock else None,
    }


def _grant(facts: ProjectFacts, command: c.ApproveItem, _context: Context) -> Face:
    definition = facts.definition(command.item)
    document = facts.scenario.document.get(definition.document or "")
    return {
        "received_on": _day(facts.items[command.item].received_on),
        "decided_on": _day(facts.items[command.item].decided_on),
        "comment": command.comment or None,
        "certificate": document.name.model_dump() if document else None,
        "owed": _owed(facts, facts.open_deficiencies(command.item)),
    }


def _denial(facts: ProjectFacts, command: c.DenyItem, _context: Context) -> Face:
    item = facts.items[command.item]
    return {
        "received_on": _day(item.received_on),
        "decided_on": _day(item.decided_on),
        "reason": command.reason,
    }


def _opinion(facts: ProjectFacts, command: c.IssuePreliminaryOpinion, _context: Context) -> Face:
    return {
        "received_on": _day(facts.items[command.item].received_on),
        "decided_on": _day(facts.items[command.item].decided_on),
        "comment": command.comment or None,
        "owed": _owed(facts, facts.open_deficiencies(command.item)),
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
        "decided_on": _day(item.decided_on),
        "expired": _owed(facts, expired),
        "because": facts.definition(because).name.model_dump() if because else None,
        # What time does by rule has no words of its own: the list says it.
        "reason": None if context.actor.role is Role.SYSTEM or because else command.reason,
    }


def _delivery(_facts: ProjectFacts, command: c.RecordDelivery, context: Context) -> Face:
    return {"method": command.method, "delivered_on": _day(context.today)}


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


# --- words and dates ----------------------------------------------------------------------------


def void_reason(facts: ProjectFacts, command: c.VoidApproval, context: Context) -> str:
    """Why a document was revoked, for whoever verifies it; in Chinese, as the document is."""
    voiding = facts.voidings.get((command.item, facts.items[command.item].round))
    if voiding is not None and voiding.because is not None:
        return f"作为依据的“{facts.definition(voiding.because).name.zh}”已不成立"
    if context.actor.role is not Role.SYSTEM:
        return command.reason
    names = [entry["name"]["zh"] for entry in _voiding(facts, command, context)["expired"]]
    return "未在规定期限内补齐容缺材料：" + "、".join(names)


def _department(facts: ProjectFacts, key: str, register: DocumentRegister) -> Text:
    """The full name of a department; a utility is no authority of the place."""
    department = facts.scenario.department.get(key)
    named = department.name if department else _as_text(key)
    return _issuer(named, register.place if _is_authority(facts, key) else None)


def _is_authority(facts: ProjectFacts, key: str) -> bool:
    department = facts.scenario.department.get(key)
    return department is None or department.kind is DepartmentKind.DEPARTMENT


def _issuer(name: Text, place: Text | None) -> Text:
    if place is None:
        return name
    return Text(zh=place.zh + name.zh, en=f"{name.en}, {place.en}")


def _decision_clock(facts: ProjectFacts, item: str) -> ClockFacts | None:
    return facts.clocks.get((item, ClockKind.DECISION, facts.items[item].round, ""))


def _limit(clock: ClockFacts | None, which: str) -> Face | None:
    length = getattr(clock, f"{which}_length", None)
    if length is None:
        return None
    return {"length": length, "unit": getattr(clock, f"{which}_unit").value}


def _owed(facts: ProjectFacts, deficiencies: Iterable[DeficiencyFacts]) -> list[Face]:
    return [_entry(facts, found.material, found.due_on) for found in deficiencies]


def _way(facts: ProjectFacts, material: str) -> str:
    """How a material of an accepted application is there: by whom it was given, or by commitment."""
    if not provided(facts.materials, material):
        return "commitment"
    return "applicant" if facts.materials[material].source == "applicant" else "system"


def _entry(facts: ProjectFacts, material: str, due_on: date | None) -> Face:
    return {"material": material, "name": _material(facts, material), "due_on": _day(due_on)}


def _material(facts: ProjectFacts, key: str) -> dict[str, str]:
    found = facts.scenario.material.get(key)
    return (found.name if found else _as_text(key)).model_dump()


def _as_text(key: str) -> Text:
    return Text(zh=key, en=key)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
