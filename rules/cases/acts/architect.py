"""The responsible architect of a project, and the register of the team's design opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.architect import OPINIONS, ArchitectTeam, OpinionFacts
from models.codec import codec
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant
from rules.cases.declarations.event import EventKind
from rules.cases.draft import Draft
from rules.cases.instruments.architect import is_under, replaced
from rules.cases.instruments.completeness import provided
from rules.formats import parse_credit_code

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


class NotUnderArchitect(KaigongError):
    template = "project: {project} is not under architect responsibility; where it should be, have its particulars corrected."
    field = "project"


class NoArchitect(KaigongError):
    template = "project: nobody is recorded as the responsible architect of {project}; record the team first."
    field = "project"


class ArchitectToRecord(KaigongError):
    template = "item: in {item} the responsible architect's commitment takes the place of {materials}; record the team first, or hand the papers in."
    field = "item"


def record_team(draft: Draft, command: c.RecordArchitectTeam) -> None:
    """Record the architect's team responsible from today; the previous one stays in the log."""
    if not is_under(draft.before):
        raise NotUnderArchitect(project=draft.before.code)
    team = ArchitectTeam(
        command.unit,
        parse_credit_code(command.unit_code, "unit_code"),
        command.architect,
        command.registration,
        draft.today,
    )
    draft.change_project(architect=team)
    draft.record("ArchitectTeamRecorded", **codec(ArchitectTeam).document(team))


def record_opinion(draft: Draft, command: c.RecordDesignOpinion) -> None:
    """Enter a design opinion in the append-only register."""
    if draft.before.architect is None:
        raise NoArchitect(project=draft.before.code)
    entry = OpinionFacts(
        max(draft.opinions, default=0) + 1,
        draft.today,
        command.by,
        command.subject,
        command.opinion,
        command.adopted,
        command.saved_cost,
    )
    draft.enter(OPINIONS, entry)
    details = {"by": entry.by, "subject": entry.subject, "opinion": entry.opinion}
    draft.record("DesignOpinionRecorded", number=entry.number, adopted=entry.adopted, **details)


def answering(draft: Draft, item: ItemDefinition) -> dict[str, object]:
    """The architect responsible for the materials that the commitment replaces.

    Raises :class:`ArchitectToRecord` where such materials are missing and no architect is recorded.
    """
    papers = [key for key in replaced(draft.before, item) if not provided(draft.materials, key)]
    team = draft.before.architect
    if not papers:
        return {}
    if team is None:
        raise ArchitectToRecord(item=item.code, materials=papers)
    return {"architect": codec(ArchitectTeam).document(team), "by_architect": papers}


def _team(replayed: Replayed, happened: Happened) -> None:
    replayed.project["architect"] = codec(ArchitectTeam).read(happened.event.data)


RECORD_TEAM = Act(
    command=c.RecordArchitectTeam,
    label="Record the responsible architect",
    perform=record_team,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    place=30,
    events=(
        EventKind(
            "ArchitectTeamRecorded",
            "{architect} ({registration}) of {unit} answers for the design",
            follow=_team,
        ),
    ),
)
RECORD_OPINION = Act(
    command=c.RecordDesignOpinion,
    label="Record a design opinion",
    perform=record_opinion,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    place=40,
    events=(
        EventKind(
            "DesignOpinionRecorded", "Design opinion {number} of {by} on {subject}: {opinion}"
        ),
    ),
)
