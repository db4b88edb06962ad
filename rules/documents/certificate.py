"""Face of a certificate 证照批文."""

from __future__ import annotations

from models.cases.facts import ProjectFacts
from models.cases.states import ItemState
from models.documents.official_document import DocumentRegister
from models.scenarios.definition import ItemDefinition
from rules.cases.context import Context
from rules.cases.instruments import site_visit
from rules.cases.instruments.commitment import commitment_of
from rules.documents.fragments import Face, as_text, day, owed, shared_face


def certificate_face(
    facts: ProjectFacts, item: str, register: DocumentRegister, context: Context
) -> Face:
    """The face of the certificate of a granted item."""
    definition = facts.definition(item)
    document = facts.scenario.document[definition.document or ""]
    return {
        **shared_face(facts, item, register, context),
        "template": document.page,
        "name": document.name.model_dump(),
        "basis": [],
        "decided_on": day(facts.items[item].decided_on),
        "supervision": _supervision(facts, definition),
        "owed": owed(facts, facts.open_deficiencies(item)),
        **_utility_plans(facts, item),
        "parts": _parts(facts, item),
        **on_commitment(facts, item),
    }


def on_commitment(facts: ProjectFacts, item: str) -> Face:
    """That it was granted on commitment 告知承诺, and by when that is checked; else empty."""
    commitment = commitment_of(facts, item)
    if commitment is None or not commitment.statements:
        return {}
    at_once = {"list": commitment.list_number, "officer": commitment.list_officer}
    named = at_once if commitment.list_number else {}
    return {"commitment": {"check_due": day(commitment.check_due), **named}}


def _parts(facts: ProjectFacts, whole: str) -> list[Face]:
    """Parts on which the opinion on a joint item is based: day and whether rectified."""
    rectified = {entry.item for entry in facts.rectifications.values() if entry.confirmed_on}
    parts = (facts.items[code] for code in facts.scenario.parts.get(whole, ()))
    return [
        {
            "name": facts.definition(part.code).name.model_dump(),
            "decided_on": day(part.decided_on),
            "rectified": part.code in rectified,
        }
        for part in parts
        if part.state is not ItemState.NOT_REQUIRED
    ]


def _supervision(facts: ProjectFacts, definition: ItemDefinition) -> dict[str, str] | None:
    """The supervisor of quality and safety, where supervision is merged into the permit."""
    if definition.supervised_by is None:
        return None
    department = facts.scenario.department.get(definition.supervised_by)
    return (department.name if department else as_text(definition.supervised_by)).model_dump()


def _utility_plans(facts: ProjectFacts, item: str) -> Face:
    """The plan of every line answered by the consolidated reply of utilities; else empty."""
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
