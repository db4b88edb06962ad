"""What of a project's page belongs to one of its items."""

from __future__ import annotations

from dataclasses import dataclass

from models.cases.facts import ProjectFacts
from models.scenarios.definition import Text
from rules.cases.instruments.site_visit import covered_by
from rules.cases.instruments.utilities import application_of, lines_of
from services.cases.views.parts.bundles import BundleRow
from services.cases.views.parts.consultation import ConsultationRow
from services.cases.views.parts.supervision import SupervisionRow
from services.cases.views.values.items import ItemRow
from services.cases.views.values.joint import RectificationRow, SiteVisitRow
from services.cases.views.values.project import ProjectPage
from services.cases.views.values.project_records import (
    CommitmentRow,
    DeficiencyRow,
    DocumentRow,
    VoidingRow,
)
from services.wording.names import item_name


@dataclass(frozen=True, slots=True)
class ItemRows:
    """The rows of a project's page that are about one item, and the items beside it."""

    documents: tuple[DocumentRow, ...]
    voidings: tuple[VoidingRow, ...]
    commitments: tuple[CommitmentRow, ...]
    site_visits: tuple[SiteVisitRow, ...]
    """Of the item, and of the joint item whose visit looks at this one as well."""
    consultations: tuple[ConsultationRow, ...]
    rectifications: tuple[RectificationRow, ...]
    """Of the item and of its parts."""
    supervision: tuple[SupervisionRow, ...]
    deficiencies: tuple[DeficiencyRow, ...]
    released: tuple[BundleRow, ...]
    """Documents that are issued together as soon as this item is recorded."""
    parts: tuple[ItemRow, ...]
    """The parts of a joint item."""
    whole: ItemRow | None
    """The joint item that this one is a part of."""
    application: ItemRow | None
    """The joint application that a line, the survey or the reply is for: what was filled in for all."""
    next_phase: Text | None
    """The item that has to be applied for after a permit of one phase."""
    lines: tuple[ItemRow, ...]
    """The lines that a joint application, its survey or its reply is for."""


def rows_of_item(page: ProjectPage, item: ItemRow, facts: ProjectFacts) -> ItemRows:
    """What of the page of a project belongs to one of its items."""
    code = item.code
    visited = (code, covered_by(facts.scenario, facts.items, code))
    parts = tuple(row for row in page.items if row.part_of == code)
    inspected = {code, *(part.code for part in parts)}
    return ItemRows(
        documents=tuple(row for row in page.documents if row.item == code),
        voidings=tuple(row for row in page.voidings if row.item == code),
        commitments=tuple(row for row in page.commitments if row.item == code),
        site_visits=tuple(row for row in page.site_visits if row.item in visited),
        consultations=tuple(row for row in page.consultations if row.item == code),
        rectifications=tuple(row for row in page.rectifications if row.item in inspected),
        supervision=tuple(row for row in page.supervision if row.item == code),
        deficiencies=tuple(row for row in page.deficiencies if row.item == code),
        released=tuple(row for row in page.bundles if row.released_by == code),
        parts=parts,
        whole=page.item(item.part_of) if item.part_of else None,
        application=_application(page, code, facts),
        next_phase=_next_phase(code, facts),
        lines=_lines(page, code, facts),
    )


def _application(page: ProjectPage, code: str, facts: ProjectFacts) -> ItemRow | None:
    scenario = facts.scenario
    if scenario.item[code].utility is None and not lines_of(scenario, facts.items, code):
        return None
    application = application_of(scenario, code)
    return page.item(application) if application not in (None, code) else None


def _lines(page: ProjectPage, code: str, facts: ProjectFacts) -> tuple[ItemRow, ...]:
    codes = lines_of(facts.scenario, facts.items, code)
    items = (page.item(line) for line in codes)
    return tuple(item for item in items if item is not None and item.line is not None)


def _next_phase(code: str, facts: ProjectFacts) -> Text | None:
    declared = facts.definition(code).next_phase
    return item_name(facts.scenario, declared.item) if declared else None
