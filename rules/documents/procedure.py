"""Faces of the papers of the procedure 文书: notices, decisions, the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from models.cases import commands as c
from models.cases.clock import ClockFacts
from models.cases.commitment import BY_DECEPTION, BY_HOLDER, COMMITMENTS, CheckState, EndGround
from models.cases.facts import ProjectFacts
from models.cases.states import BROKEN_PROMISE, ClockKind
from models.clock.values import ClockExtended
from models.documents.official_document import DocumentRegister
from models.enterprises.ban import BanArticle
from models.people.actor import Role
from models.scenarios.definition import ExtensionBy, ItemMode
from rules.cases import timers
from rules.cases.context import Context
from rules.cases.declarations.registry import registry
from rules.cases.instruments.commitment import commitment_of
from rules.cases.instruments.completeness import outstanding, provided
from rules.cases.instruments.credit.bans import barred_until
from rules.documents.certificate import on_commitment
from rules.documents.fragments import (
    Face,
    cited,
    day,
    entry,
    is_licence,
    material_name,
    owed,
    represented,
    shared_face,
)
from rules.scenarios.extensions import extension_of


def kind_written(facts: ProjectFacts, command: c.ItemCommand) -> str | None:
    """The kind of paper written for an act on an item; ``None`` if there is none.

    Nobody applies for an internal item or a milestone, so nobody is written to. An item that is no
    licence and ends in a document of its own has that for its decision (art. 38 asks for a written
    decision on a licence).
    """
    kind = registry().acts[command.act].paper
    if kind is None or kind == "delivery_receipt":
        return kind
    definition = facts.definition(command.item)
    if definition.mode is not ItemMode.APPLICATION:
        return None
    if isinstance(command, c.SubmitApplication) and not _accepted_at_once(facts, command.item):
        return None
    if kind == "grant_decision" and definition.document and not is_licence(definition):
        return None
    return kind


def _accepted_at_once(facts: ProjectFacts, code: str) -> bool:
    """Whether an application was accepted in the moment in which it was made."""
    item, definition = facts.items[code], facts.definition(code)
    same_day = item.accepted_on is not None and item.accepted_on == item.received_on
    return definition.accept_on_submission and same_day and not item.correction_notices


def procedure_face(
    facts: ProjectFacts,
    command: c.ItemCommand,
    kind: str,
    register: DocumentRegister,
    context: Context,
) -> Face:
    """The face of a paper of the procedure, from the facts after the act ``command``."""
    definition, words = facts.definition(command.item), register.document[kind]
    other = words.other_name
    name = words.name if is_licence(definition) or other is None else other
    common = shared_face(facts, command.item, register, context)
    # Who applied for the applicant; on the receipt, who received for it.
    act = command.act if kind == "delivery_receipt" else "submit_application"
    return {
        **common,
        **represented(facts, act, command.item),
        "name": name.model_dump(),
        "basis": list(words.basis) if common["authority"] else [],
        "owed": [],
        **_FACES[kind](facts, command, context),
    }


def _acceptance(facts: ProjectFacts, command: c.ItemCommand, context: Context) -> Face:
    item, definition = facts.items[command.item], facts.definition(command.item)
    clock = _decision_clock(facts, command.item)
    make_up = context.policy.make_up
    deferred = outstanding(item, facts.materials)
    provided_materials = [
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
        "materials": provided_materials,
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
        "sample": f"/guides/{facts.scenario.key}/items/{command.item}/sample",
    }


def _field(facts: ProjectFacts, item: str, key: str, wrong: str) -> Face:
    """A field of the form to be corrected, with its current value."""
    field, value = facts.definition(item).field[key], facts.items[item].form.get(key)
    chosen = next((choice.name.zh for choice in field.choices if choice.key == value), value)
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


def _extension(facts: ProjectFacts, command: c.ExtendLimit, context: Context) -> Face:
    clock, allowed = (
        _decision_clock(facts, command.item),
        extension_of(facts.definition(command.item)),
    )
    history = clock.history if clock else ()
    by = next((event.by for event in history if isinstance(event, ClockExtended)), None)
    return {
        **({"basis": cited(allowed.source)} if allowed else {}),
        "by_government": allowed is not None and allowed.by is ExtensionBy.GOVERNMENT_HEAD,
        "accepted_on": day(facts.items[command.item].accepted_on),
        "reason": command.reason,
        "by": {"length": by.length, "unit": by.unit.value} if by else None,
        "due_on": day(timers.extended_to(clock, context)) if clock else None,
    }


def _grant(
    facts: ProjectFacts, command: c.ApproveItem | c.GrantOnCommitment, _context: Context
) -> Face:
    definition = facts.definition(command.item)
    document = facts.scenario.document.get(definition.document or "")
    return {
        "received_on": day(facts.items[command.item].received_on),
        "decided_on": day(facts.items[command.item].decided_on),
        "comment": (command.comment if isinstance(command, c.ApproveItem) else "") or None,
        **on_commitment(facts, command.item),
        "certificate": document.name.model_dump() if document else None,
        "owed": owed(facts, facts.open_deficiencies(command.item)),
    }


def _denial(facts: ProjectFacts, command: c.DenyItem, _context: Context) -> Face:
    item = facts.items[command.item]
    return {
        "received_on": day(item.received_on),
        "decided_on": day(item.decided_on),
        "reason": command.reason,
        "falsehood": command.falsehood,
        "barred_until": _barred(facts, command.item, BanArticle.FALSE_PAPERS, item.decided_on)
        if command.falsehood
        else None,
    }


def _barred(
    facts: ProjectFacts, code: str, article: BanArticle, decided_on: date | None
) -> str | None:
    if decided_on is None:
        return None
    return day(barred_until(facts.definition(code), article, decided_on))


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
        and deficiency.state in BROKEN_PROMISE
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


def _notice_of_end(
    facts: ProjectFacts,
    command: c.AnnounceRevocation | c.AnnounceRecall | c.AnnounceCancellation,
    _context: Context,
) -> Face:
    commitment = commitment_of(facts, command.item)
    return {
        "decided_on": day(facts.items[command.item].decided_on),
        "ground": GROUNDS[command.ground],
        "facts": command.facts,
        "evidence": command.evidence,
        "until": day(commitment.statement_until) if commitment else None,
    }


def _heard(facts: ProjectFacts, code: str) -> tuple[EndGround | None, Face]:
    """The ground, and what the holder was told, stated and heard."""
    item = facts.items[code]
    commitment = facts.of(COMMITMENTS)[item.code, item.round]
    return commitment.ground, {
        "facts": commitment.suspicion,
        "evidence": commitment.evidence,
        "told_on": day(commitment.told_on),
        "statement": commitment.statement,
        "stated_on": day(commitment.stated_on),
        "hearing_held_on": day(commitment.hearing_held_on),
    }


def _revocation(facts: ProjectFacts, command: c.RevokeLicence, context: Context) -> Face:
    ground, heard = _heard(facts, command.item)
    return {
        **heard,
        "decided_on": day(facts.items[command.item].decided_on),
        "ground": GROUNDS[ground or EndGround.OTHER],
        "reason": command.reason,
        "compensation": command.compensation or None,
        "credit": ground in BY_HOLDER,
        "barred_until": _barred(facts, command.item, BanArticle.DECEPTION, context.today)
        if ground in BY_DECEPTION
        else None,
    }


def _recall(facts: ProjectFacts, command: c.RecallApproval, _context: Context) -> Face:
    ground, heard = _heard(facts, command.item)
    return {
        **heard,
        "decided_on": day(facts.items[command.item].decided_on),
        "ground": GROUNDS[ground or EndGround.CIRCUMSTANCES_CHANGED],
        "reason": command.reason,
        "compensation": command.compensation,
    }


def _cancellation(facts: ProjectFacts, command: c.CancelLicence, _context: Context) -> Face:
    """Where the holder was told first, with what it was told and what it stated."""
    item = facts.items[command.item]
    row = facts.of(COMMITMENTS).get((item.code, item.round))
    announced = row is not None and row.state is CheckState.CANCELLED
    heard = _heard(facts, command.item)[1] if announced else {"told_on": None}
    return {
        **heard,
        "decided_on": day(item.decided_on),
        "ground": GROUNDS[command.ground],
        "reason": command.reason,
        "evidence": command.evidence or heard.get("evidence"),
    }


#: The article and point that a ground stands on, as the papers cite it.
GROUNDS: Mapping[EndGround, str] = {
    EndGround.FALSE_COMMITMENT: "第六十九条第二款，承诺不实，以欺骗手段取得",
    EndGround.FRAUD: "第六十九条第二款，以欺骗、贿赂等不正当手段取得",
    EndGround.BROKEN_COMMITMENT: "第六十九条第一款第五项，未履行承诺",
    EndGround.ABUSE: "第六十九条第一款第一项，滥用职权、玩忽职守",
    EndGround.NO_COMPETENCE: "第六十九条第一款第二项，超越法定职权",
    EndGround.PROCEDURE: "第六十九条第一款第三项，违反法定程序",
    EndGround.INELIGIBLE: "第六十九条第一款第四项，申请人不具备资格或者不符合法定条件",
    EndGround.OTHER: "第六十九条第一款第五项，依法可以撤销的其他情形",
    EndGround.LAW_CHANGED: "第八条第二款，所依据的法律、法规、规章修改或者废止",
    EndGround.CIRCUMSTANCES_CHANGED: "第八条第二款，准予行政许可所依据的客观情况发生重大变化",
    EndGround.EXPIRED: "第七十条第一项，有效期届满未延续",
    EndGround.HOLDER_GONE: "第七十条第二项，被许可的公民死亡或者丧失行为能力",
    EndGround.BODY_ENDED: "第七十条第三项，法人或者其他组织依法终止",
    EndGround.WITHDRAWN_AS_PENALTY: "第七十条第四项，许可证件依法被吊销",
    EndGround.FORCE_MAJEURE: "第七十条第五项，因不可抗力导致许可事项无法实施",
    EndGround.CANCELLED_BY_LAW: "第七十条第六项，法律、法规规定的应当注销的其他情形",
}


def _delivery(_facts: ProjectFacts, command: c.RecordDelivery, context: Context) -> Face:
    return {"method": command.method, "delivered_on": day(context.today)}


_FACES: Mapping[str, Callable[[ProjectFacts, Any, Context], Face]] = {
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
    "revocation_notice": _notice_of_end,
    "recall_notice": _notice_of_end,
    "cancellation_notice": _notice_of_end,
    "revocation_decision": _revocation,
    "recall_decision": _recall,
    "cancellation_decision": _cancellation,
    "delivery_receipt": _delivery,
}


def void_reason(facts: ProjectFacts, command: c.VoidApproval, context: Context) -> str:
    """Reason of a revocation, shown on verification; in Chinese, like the document."""
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
    """How a material of an accepted application was provided: by whom, or by commitment."""
    if not provided(facts.materials, material):
        return "commitment"
    return "applicant" if facts.materials[material].source == "applicant" else "system"
