"""What official documents say alike: whose they are, papers, days and names, as plain JSON values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from models.definition import DepartmentKind, ItemCategory, ItemDefinition, Text
from models.facts import DeficiencyFacts, ProjectFacts
from models.official_document import DocumentRegister
from rules.context import Context

#: The mark of a source, such as ``[L]`` or ``[S:004]``: for whoever edits the catalogue, not for print.
_MARK = re.compile(r"\s*\[[A-Z](?::[^\]]*)?\]")

Face = dict[str, Any]


def is_licence(definition: ItemDefinition) -> bool:
    """Whether the Administrative Licensing Law applies to an item as a whole 行政许可."""
    return definition.category in (None, ItemCategory.LICENCE)


def shared_face(
    facts: ProjectFacts, code: str, register: DocumentRegister, context: Context
) -> Face:
    """What every document says: of which item and project it is, whose it is, where it can be contested."""
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
        "issuer": department_of(facts, key, register).model_dump(),
        "project": facts.title,
        "project_code": facts.code,
        "enterprise": facts.enterprise,
        "reconsideration": register.reconsideration,
        "court": register.court,
        "dated": day(context.today),
    }


def department_of(facts: ProjectFacts, key: str, register: DocumentRegister) -> Text:
    """The full name of a department; a utility is no authority of the place."""
    department = facts.scenario.department.get(key)
    named = department.name if department else as_text(key)
    return issuer(named, register.place if _is_authority(facts, key) else None)


def _is_authority(facts: ProjectFacts, key: str) -> bool:
    department = facts.scenario.department.get(key)
    return department is None or department.kind is DepartmentKind.DEPARTMENT


def issuer(name: Text, place: Text | None) -> Text:
    """A department with its place before it in Chinese, after it in English."""
    if place is None:
        return name
    return Text(zh=place.zh + name.zh, en=f"{name.en}, {place.en}")


def owed(facts: ProjectFacts, deficiencies: Iterable[DeficiencyFacts]) -> list[Face]:
    """Papers that may come later, each with the day by which it has to be there."""
    return [entry(facts, found.material, found.due_on) for found in deficiencies]


def entry(facts: ProjectFacts, material: str, due_on: date | None) -> Face:
    """One paper, and the day by which it has to be there."""
    return {"material": material, "name": material_name(facts, material), "due_on": day(due_on)}


def material_name(facts: ProjectFacts, key: str) -> dict[str, str]:
    """The name of a paper; a key that the scenario does not describe stands for itself."""
    found = facts.scenario.material.get(key)
    return (found.name if found else as_text(key)).model_dump()


def as_text(key: str) -> Text:
    """A key in place of a name, in both languages."""
    return Text(zh=key, en=key)


def day(of: date | None) -> str | None:
    """A day as it stands in JSON."""
    return of.isoformat() if of else None
