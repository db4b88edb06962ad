"""Everything a project's page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.cases.pre_check import PreCheckState
from models.cases.states import Light, ProjectState
from models.scenarios.definition import Text
from models.values import AttributeValue
from services.cases.views.parts.architect import ArchitectRow
from services.cases.views.parts.bundles import BundleRow
from services.cases.views.parts.consultation import ConsultationRow
from services.cases.views.parts.exemptions import ExemptRow
from services.cases.views.parts.forms import FieldRow
from services.cases.views.parts.promises import PromiseRow
from services.cases.views.parts.supervision import SupervisionRow
from services.cases.views.values.items import ItemRow, StageRow
from services.cases.views.values.joint import RectificationRow, SiteVisitRow
from services.cases.views.values.project_records import (
    CommitmentRow,
    CountedTime,
    DeficiencyRow,
    DocumentRow,
    EventRow,
    MaterialRow,
    VoidingRow,
)


@dataclass(frozen=True, slots=True)
class PreCheckRow:
    """The pre-check of a project that has no code yet 待赋码."""

    item: str
    """Where it is done: the item that the project begins with."""
    item_name: Text
    state: PreCheckState
    due_on: date | None
    reason: str | None
    """Why it was returned to the enterprise."""


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything a project's page shows, on one day."""

    code: str
    title: str
    state: ProjectState
    light: Light
    region: str
    enterprise: str
    enterprise_name: str
    steward: str | None
    steward_name: str | None
    scenario: str
    scenario_version: int
    scenario_name: Text
    promise_days: int | None
    counted: CountedTime
    promises: tuple[PromiseRow, ...]
    """What the scenario promises to the project, each with its clock."""
    registered_on: date
    completed_on: date | None
    on: date
    """The day the lights and remaining days are read on."""
    next_due_on: date | None
    attributes: Mapping[str, AttributeValue]
    stages: tuple[StageRow, ...]
    awaiting_code: PreCheckRow | None
    """As long as its project code is not recorded: nothing is applied for before."""
    architect: ArchitectRow | None
    """Where it is under architect responsibility 建筑师负责制."""
    exempt: tuple[ExemptRow, ...]
    """What it need not go through, and by which rule 免办."""
    materials: tuple[MaterialRow, ...]
    deficiencies: tuple[DeficiencyRow, ...]
    voidings: tuple[VoidingRow, ...]
    commitments: tuple[CommitmentRow, ...]
    site_visits: tuple[SiteVisitRow, ...]
    supervision: tuple[SupervisionRow, ...]
    """Open tasks first."""
    bundles: tuple[BundleRow, ...]
    land_sheet: tuple[FieldRow, ...]
    """What was recorded of the parcel: its fact list 用地清单 and control indicators 标准地."""
    rectifications: tuple[RectificationRow, ...]
    consultations: tuple[ConsultationRow, ...]
    documents: tuple[DocumentRow, ...]
    events: tuple[EventRow, ...]
    """Newest first."""
    flow_run_id: str | None

    @property
    def items(self) -> tuple[ItemRow, ...]:
        """The items that the project needs, in the order of the scenario."""
        return tuple(item for stage in self.stages for item in stage.items)

    def item(self, code: str) -> ItemRow | None:
        """One item by its code."""
        return next((item for item in self.items if item.code == code), None)

    def named(self, codes: Iterable[str]) -> list[Text]:
        """Names of items by their codes, of those that the project needs."""
        names = {item.code: item.name for item in self.items}
        return [names[code] for code in codes if code in names]
