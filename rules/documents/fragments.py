"""Parts shared by official documents: issuer, papers, days and names, as plain JSON values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from models.cases.deficiencies import DeficiencyFacts
from models.cases.facts import ProjectFacts
from models.documents.official_document import DocumentRegister
from models.scenarios.definition import DepartmentKind, ItemCategory, ItemDefinition, Text
from rules.cases.context import Context

#: The mark of a source, such as ``[L]`` or ``[S:004]``: for whoever edits the catalogue, not for print.
_MARK = re.compile(r"\s*\[[A-Z](?::[^\]]*)?\]")

#: An article of an act: its title, and where in it.
_ARTICLE = re.compile(r"(?P<act>[\u4e00-\u9fff]+?)(?P<article>第[^\s\[;；]+)")
_STATUTE = "[L]"
_FULL_TITLE = {"行政许可法": "中华人民共和国行政许可法"}

Face = dict[str, Any]


def is_licence(definition: ItemDefinition) -> bool:
    """Whether the Administrative Licensing Law applies to an item as a whole 行政许可."""
    return definition.category in (None, ItemCategory.LICENCE)


def shared_face(
    facts: ProjectFacts, code: str, register: DocumentRegister, context: Context
) -> Face:
    """The shared face: item, project, issuer and remedies."""
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


def represented(facts: ProjectFacts, act: str, item: str) -> Face:
    """The agent who did an act on an item for the applicant in its round; nothing where there was none."""
    round_ = facts.items[item].round
    done = [
        entry
        for entry in facts.agent_acts.values()
        if (entry.act, entry.item, entry.round) == (act, item, round_)
    ]
    if not done:
        return {}
    return {"agent": {"login": done[-1].agent, "authorisation": done[-1].authorisation}}


def department_of(facts: ProjectFacts, key: str, register: DocumentRegister) -> Text:
    """The full name of a department; a utility is not an authority of the region."""
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
    """Deferred papers, each with its last day."""
    return [entry(facts, deficiency.material, deficiency.due_on) for deficiency in deficiencies]


def entry(facts: ProjectFacts, material: str, due_on: date | None) -> Face:
    """One paper and its last day."""
    return {"material": material, "name": material_name(facts, material), "due_on": day(due_on)}


def material_name(facts: ProjectFacts, key: str) -> dict[str, str]:
    """The name of a paper; its key where the scenario does not describe it."""
    material = facts.scenario.material.get(key)
    return (material.name if material else as_text(key)).model_dump()


def cited(source: str | None) -> list[str]:
    """The article that a source names, as documents cite it; nothing where it is no statute text [L]."""
    article = _ARTICLE.search(source or "")
    if article is None or _STATUTE not in (source or ""):
        return []
    act = _FULL_TITLE.get(article["act"], article["act"])
    return [f"《{act}》{article['article']}"]


def as_text(key: str) -> Text:
    """A key in place of a name, in both languages."""
    return Text(zh=key, en=key)


def day(of: date | None) -> str | None:
    """A day as a JSON value."""
    return of.isoformat() if of else None
