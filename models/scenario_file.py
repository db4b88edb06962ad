"""What administrators write: the scenario file and the item catalogue 事项库.

A scenario file picks items from the catalogue and says how this scenario uses them; what it may
say about a picked item is what a district may decide. Reading it (``rules.scenario_reading``) makes
a :class:`models.definition.ScenarioDefinition`, in which everything that is named stands in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from models.bundle import BundleDefinition
from models.definition import (
    ArchitectDefinition,
    AttributeDefinition,
    ConsultDefinition,
    DepartmentDefinition,
    DocumentDefinition,
    ExemptionDefinition,
    ItemCode,
    ItemDefinition,
    ItemTerms,
    Key,
    LimitDefinition,
    MaterialDefinition,
    MaterialRequirement,
    PromiseDefinition,
    SiteVisitDefinition,
    StageDefinition,
    Text,
    Value,
    WhenBasisVoided,
)
from models.form import FormField
from models.guard import GuardDefinition
from models.phase import NextPhaseDefinition
from models.warning import WarningsDefinition, YellowDefinition


class ItemUse(Value):
    """An item picked from the catalogue, with what the district decides about it."""

    use: Annotated[ItemCode, Field(description="Code of the item in the catalogue.")]
    stage: Annotated[Key, Field(description="Stage of this scenario that it belongs to.")]
    after: Annotated[
        tuple[ItemCode, ...],
        Field(description="Items of this scenario that must be satisfied before it opens."),
    ] = ()
    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL; without one, always.",
        ),
    ] = None
    exempt: Annotated[
        ExemptionDefinition | None,
        Field(description="Projects that are exempt from it by a rule, and by which 免办."),
    ] = None
    part_of: Annotated[
        ItemCode | None, Field(description="Joint item inside whose limit this one runs.")
    ] = None
    department: Annotated[
        Key | None,
        Field(description="Department that decides here, where powers were transferred."),
    ] = None
    promised: Annotated[
        LimitDefinition | None, Field(description="Promised limit here; never above statutory.")
    ] = None
    counted: Annotated[
        bool | None, Field(description="Whether its days count toward the promise.")
    ] = None
    materials: Annotated[
        tuple[MaterialRequirement, ...] | None,
        Field(description="Materials asked for here; replaces the list of the catalogue."),
    ] = None
    form: Annotated[
        tuple[FormField, ...] | None,
        Field(description="Fields filled in here; replaces the form of the catalogue."),
    ] = None
    guards: Annotated[
        tuple[GuardDefinition, ...] | None,
        Field(description="Guards here; replaces those of the catalogue."),
    ] = None
    scope: Annotated[Text | None, Field(description="Scope printed on the document.")] = None
    next_phase: Annotated[
        NextPhaseDefinition | None,
        Field(description="For a permit of one phase: what has to follow, within which time."),
    ] = None
    supervised_by: Annotated[
        Key | None,
        Field(description="Department that supervises what it permits, from the grant on."),
    ] = None
    when_basis_voided: Annotated[
        WhenBasisVoided | None,
        Field(description="What becomes of it when an approval that it builds on is voided."),
    ] = None
    yellow: Annotated[
        YellowDefinition | None,
        Field(description="When its light turns yellow, where it differs from the scenario."),
    ] = None
    joint_handling: Annotated[
        bool | None,
        Field(
            description="Handled by several departments as one (art. 42(2)): its statutory limit is "
            "45 working days, and 15 more by extension."
        ),
    ] = None
    site_verification: Annotated[
        bool | None,
        Field(description="Verified on the spot by two officers before it is granted (art. 34)."),
    ] = None
    consults: Annotated[
        tuple[ConsultDefinition, ...] | None,
        Field(description="Departments asked here; replaces the list of the catalogue."),
    ] = None
    site_visit: Annotated[
        SiteVisitDefinition | None,
        Field(
            description="The site is looked at together, exactly once a round, by the departments "
            "of its parts, or of the items of its stage that come after it."
        ),
    ] = None


PICKED = "picked item"
OWN = "own item"


def _entry_kind(entry: Any) -> str:
    """An entry with ``use`` picks from the catalogue; any other defines an item of its own."""
    if isinstance(entry, ItemUse) or (isinstance(entry, dict) and "use" in entry):
        return PICKED
    return OWN


ItemEntry = Annotated[
    Annotated[ItemUse, Tag(PICKED)] | Annotated[ItemDefinition, Tag(OWN)],
    Discriminator(_entry_kind),
]


class ScenarioFile(Value):
    """A scenario as an administrator writes it."""

    key: Annotated[Key, Field(description="Name of the scenario in commands and addresses.")]
    version: Annotated[
        int, Field(strict=True, ge=1, le=100_000, description="Counts up with each publication.")
    ] = 1
    name: Annotated[Text, Field(description="Name as people read it.")]
    summary: Annotated[
        Text | None, Field(description="A sentence for whoever chooses a scenario.")
    ] = None
    promise: Annotated[
        PromiseDefinition | None,
        Field(description="Working days within which all counted approvals are done."),
    ] = None
    warnings: Annotated[
        WarningsDefinition | None,
        Field(description="When people are warned, where it differs from the installation [D]."),
    ] = None
    attributes: Annotated[
        tuple[AttributeDefinition, ...],
        Field(description="Facts about a project that conditions may use."),
    ] = ()
    stages: Annotated[
        tuple[StageDefinition, ...],
        Field(min_length=1, description="Stages in the order in which people see them."),
    ]
    items: Annotated[
        tuple[ItemEntry, ...],
        Field(min_length=1, description="Items: picked from the catalogue with use, or own ones."),
    ]
    materials: Annotated[
        tuple[MaterialDefinition, ...], Field(description="Materials that the catalogue lacks.")
    ] = ()
    documents: Annotated[
        tuple[DocumentDefinition, ...], Field(description="Documents that the catalogue lacks.")
    ] = ()
    departments: Annotated[
        tuple[DepartmentDefinition, ...], Field(description="Bodies that the catalogue lacks.")
    ] = ()
    bundles: Annotated[
        tuple[BundleDefinition, ...],
        Field(description="Certificates that are held back and issued together."),
    ] = ()
    architect: Annotated[
        ArchitectDefinition | None,
        Field(description="Which projects are under architect responsibility 建筑师负责制 [D]."),
    ] = None


class CatalogueItem(ItemTerms):
    """An approval item as the catalogue keeps it, for every scenario."""

    remark: Annotated[str | None, Field(description="For whoever picks it.")] = None


class Catalogue(Value):
    """The shared item catalogue 事项库, with the dictionaries that its items lean on."""

    departments: tuple[DepartmentDefinition, ...] = ()
    materials: tuple[MaterialDefinition, ...] = ()
    documents: tuple[DocumentDefinition, ...] = ()
    items: tuple[CatalogueItem, ...] = ()

    @cached_property
    def item(self) -> Mapping[str, CatalogueItem]:
        """Item code → item."""
        return {item.code: item for item in self.items}

    @cached_property
    def material(self) -> Mapping[str, MaterialDefinition]:
        """Material key → material."""
        return {material.key: material for material in self.materials}

    @cached_property
    def document(self) -> Mapping[str, DocumentDefinition]:
        """Document kind → document."""
        return {document.key: document for document in self.documents}

    @cached_property
    def department(self) -> Mapping[str, DepartmentDefinition]:
        """Department key → department."""
        return {department.key: department for department in self.departments}
