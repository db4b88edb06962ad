"""What ``/api/v1/scenarios`` takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.findings import Finding
from models.scenarios.definition import ScenarioDefinition, Text
from models.scenarios.life import HARD_TO_UNDO, ScenarioAct, VersionState
from web.viewer import Viewer

#: What a column of the database holds.
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
#: Projects that one request moves or judges.
AT_ONCE = 200


class VersionEntry(BaseModel):
    """One version of a scenario."""

    key: str
    version: int
    state: VersionState
    name: Text | None = Field(description="`null` while the text makes no scenario.")
    in_force: bool = Field(description="Whether new projects are registered on it today.")
    content_hash: str | None
    source_hash: str = Field(description="What whoever saves the text says they saw.")
    promise_days: int | None
    path_days: int | None = Field(description="Counted working days of the critical path.")
    errors: int
    warnings: int
    running_projects: int
    effective_on: date | None
    changed_at: datetime | None
    changed_by: str | None
    requested_at: datetime | None
    requested_by: str | None
    published_at: datetime | None
    published_by: str | None
    imported_from: str | None


class FindingEntry(BaseModel):
    """One finding, in the language of the person whose token it is."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    line: int | None
    column: int | None
    path: str


def finding_entry(finding: Finding, viewer: Viewer) -> FindingEntry:
    """A finding in the language of the viewer."""
    document = finding.as_dict(viewer.translate) | {"severity": finding.severity.value}
    return FindingEntry.model_validate(document)


class WholeVersion(VersionEntry):
    """One version with its definition and findings."""

    definition: ScenarioDefinition | None
    critical_path: list[str]
    findings: list[FindingEntry]


class SourceText(BaseModel):
    """The text of a version."""

    source: str
    source_hash: str
    editable: bool


class NewSource(BaseModel):
    """A text to be kept."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(max_length=1_000_000)]
    seen_hash: Annotated[str, Field(max_length=64, description="`source_hash` as it was read.")]


class NewDraft(BaseModel):
    """What a draft begins with; without anything, the smallest scenario there is."""

    model_config = ConfigDict(extra="forbid")

    from_version: Number | None = None
    from_key: Annotated[
        str | None, Field(max_length=64, description="Another scenario to copy.")
    ] = None


class LifeAct(BaseModel):
    """A step in the life of a version."""

    model_config = ConfigDict(extra="forbid")

    act: Literal[
        "validate_draft",
        "request_publication",
        "withdraw_request",
        "publish_scenario",
        "decline_publication",
        "retire_scenario",
    ]
    reason: Annotated[str | None, Field(max_length=2000, description="Needed to decline.")] = None
    effective_on: Annotated[
        date | None, Field(description="With a request: the first day; without it at once.")
    ] = None
    seen_hash: Annotated[
        str | None, Field(max_length=64, description="With an approval: the content seen.")
    ] = None

    @property
    def hard_to_undo(self) -> bool:
        """Whether a page asks for a proof before it, and a token has to be made for it."""
        return self.act in HARD_TO_UNDO


class StatementEntry(BaseModel):
    """One sentence about a change or a refusal."""

    code: str
    item: str | None
    message: str


class Difference(BaseModel):
    """What one version says differently from another."""

    statements: list[StatementEntry] | None = Field(
        description="`null` where one of the two has errors: what it says is not settled."
    )
    lines: list[str] = Field(description="The texts as a unified diff.")


class Migration(BaseModel):
    """Which projects are to move, from where to where."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[Number, Field(alias="from")]
    after: Annotated[Number, Field(alias="to")]
    dry_run: bool = True
    projects: Annotated[
        list[Annotated[str, Field(max_length=64)]] | None,
        Field(min_length=1, max_length=AT_ONCE, description="Without it: all, a part at a time."),
    ] = None
    past: Annotated[
        int, Field(ge=0, le=2**62, description="`last` of the part before; 0 begins.")
    ] = 0


class MigratedProject(BaseModel):
    """What became of one project, or would."""

    project: str
    migrated: bool
    changes: list[StatementEntry]
    refusals: list[StatementEntry]


class MigrationResult(BaseModel):
    """What became of the projects of one part."""

    dry_run: bool
    total: int
    last: int | None = Field(description="Where the next part begins; `null` when none is left.")
    projects: list[MigratedProject]


class RecordedAct(BaseModel):
    """One act of the record."""

    id: int
    version: int
    act: ScenarioAct
    at: datetime
    actor: str
    reason: str | None
    data: dict[str, Any]
