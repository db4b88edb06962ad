"""Acts on a project as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from models.cases.commands.base import FileName, Login, ProjectCommand, Prompt, Sentence, Sha256
from models.cases.stewardship import Basis
from models.scenarios.definition import ItemCode, Key
from models.values import Name, SentAttribute


class AssignSteward(ProjectCommand):
    """Give the project its steward 项目管家."""

    act: Literal["assign_steward"] = "assign_steward"
    steward: Annotated[Login, Field(title="Steward")]
    basis: Annotated[Basis, Field(description="Why it is they.")] = Basis.APPOINTED


class CorrectAttributes(ProjectCommand):
    """Put right what was registered of the project; the items that it needs follow 更正项目信息."""

    act: Literal["correct_attributes"] = "correct_attributes"
    attributes: Annotated[
        Mapping[Name, SentAttribute],
        Field(
            title="Particulars of the project",
            min_length=1,
            max_length=100,
            description="The values that were registered wrongly, by attribute; the others stay.",
        ),
    ]
    reason: Annotated[
        Sentence,
        Prompt(
            hint="What was wrong and where the right values come from; the enterprise reads it."
        ),
    ]


class OpenStage(ProjectCommand):
    """The lifecycle flow opens a stage: lead department, steward and enterprise are told once."""

    act: Literal["open_stage"] = "open_stage"
    stage: Key


class SendLeads(ProjectCommand):
    """Tell the utility of each line of a stage of a project that will need it 超前报装."""

    act: Literal["send_leads"] = "send_leads"
    stage: Key


class ReleaseBundle(ProjectCommand):
    """Issue the documents of a bundle together 多证齐发, or those granted when it cannot stay whole."""

    act: Literal["release_bundle"] = "release_bundle"
    bundle: Key
    numbers: Annotated[
        Mapping[ItemCode, Sentence],
        Field(description="Numbers by item; left out, the next ones of their kinds."),
    ] = {}


class CloseProject(ProjectCommand):
    """Close a project whose items are all finished."""

    act: Literal["close_project"] = "close_project"


class DrawUpPromises(ProjectCommand):
    """Draw up what was promised to a project from before promises ran as clocks."""

    act: Literal["draw_up_promises"] = "draw_up_promises"


class SubmitMaterial(ProjectCommand):
    """Hand in one paper; it serves every item of the project that asks for it."""

    act: Literal["submit_material"] = "submit_material"
    material: Key
    file_name: FileName
    sha256: Sha256
