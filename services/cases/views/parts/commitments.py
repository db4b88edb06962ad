"""Commitments that grants rest on, with their checks, as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from models.cases.commitment import COMMITMENTS
from models.cases.facts import ProjectFacts
from services.cases.views.values.project_records import CommitmentRow
from services.wording.names import item_name, material_name

#: Fields of a row that are shown as they are.
_SAME = tuple(
    field.name for field in fields(CommitmentRow) if field.name not in ("item_name", "statements")
)


def commitment_rows(facts: ProjectFacts) -> Iterator[CommitmentRow]:
    """Every commitment, in the order of the scenario."""
    for commitment in facts.of(COMMITMENTS).values():
        yield CommitmentRow(
            item_name=item_name(facts.scenario, commitment.item),
            statements=tuple(material_name(facts.scenario, key) for key in commitment.statements),
            **{name: getattr(commitment, name) for name in _SAME},
        )
