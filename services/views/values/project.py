"""Everything a project's page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.definition import Text
from models.facts import AttributeValue
from models.states import (
    Light,
    ProjectState,
)
from services.views.architect_lines import ArchitectLine
from services.views.bundle_lines import BundleLine
from services.views.consultation_lines import ConsultationLine
from services.views.exempt_lines import ExemptLine
from services.views.form_lines import FieldLine
from services.views.joint_views import RectificationLine, SiteVisitLine
from services.views.supervision import SupervisionLine
from services.views.values.items import ItemLine, StageLine
from services.views.values.records import (
    CountedTime,
    DeficiencyLine,
    DocumentLine,
    EventLine,
    MaterialLine,
    VoidingLine,
)


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
    registered_on: date
    completed_on: date | None
    on: date
    """The day the lights and remaining days are read on."""
    next_due_on: date | None
    attributes: Mapping[str, AttributeValue]
    stages: tuple[StageLine, ...]
    architect: ArchitectLine | None
    """Where it is under architect responsibility 建筑师负责制."""
    exempt: tuple[ExemptLine, ...]
    """What it need not go through, and by which rule 免办."""
    materials: tuple[MaterialLine, ...]
    deficiencies: tuple[DeficiencyLine, ...]
    voidings: tuple[VoidingLine, ...]
    site_visits: tuple[SiteVisitLine, ...]
    supervision: tuple[SupervisionLine, ...]
    """Open tasks first."""
    bundles: tuple[BundleLine, ...]
    land_sheet: tuple[FieldLine, ...]
    """What was recorded of the parcel: its fact list 用地清单 and control indicators 标准地."""
    rectifications: tuple[RectificationLine, ...]
    consultations: tuple[ConsultationLine, ...]
    documents: tuple[DocumentLine, ...]
    events: tuple[EventLine, ...]
    """Newest first."""
    flow_run_id: str | None

    @property
    def items(self) -> tuple[ItemLine, ...]:
        """The items that the project needs, in the order of the scenario."""
        return tuple(item for stage in self.stages for item in stage.items)

    def item(self, code: str) -> ItemLine | None:
        """One item by its code."""
        return next((item for item in self.items if item.code == code), None)
