"""The responsible architect of a project, and the register of the team's design opinions."""

from __future__ import annotations

from models import commands as c
from models.architect import ArchitectTeam, OpinionFacts
from models.definition import ItemDefinition
from models.errors import KaigongError
from rules.architect import is_under, replaced
from rules.completeness import provided
from rules.draft import Draft
from rules.formats import parse_credit_code


class NotUnderArchitect(KaigongError):
    """project: {project} is not under architect responsibility; where it should be, have its particulars corrected."""

    field = "project"


class NoArchitect(KaigongError):
    """project: nobody is recorded as the responsible architect of {project}; record the team first."""

    field = "project"


class ArchitectToRecord(KaigongError):
    """item: in {item} the responsible architect's commitment takes the place of {materials}; record the team first, or hand the papers in."""

    field = "item"


def record_team(draft: Draft, command: c.RecordArchitectTeam) -> None:
    """Put on record who answers for the design from today on; the one before stays in the log."""
    if not is_under(draft.before):
        raise NotUnderArchitect(project=draft.before.code)
    team = ArchitectTeam(
        command.unit,
        parse_credit_code(command.unit_code, "unit_code"),
        command.architect,
        command.registration,
        draft.today,
    )
    draft.project["architect"] = team
    draft.record("ArchitectTeamRecorded", **team.document())


def record_opinion(draft: Draft, command: c.RecordDesignOpinion) -> None:
    """Enter an opinion; the register only grows."""
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
    draft.add_opinion(entry)
    said = {"by": entry.by, "subject": entry.subject, "opinion": entry.opinion}
    draft.record("DesignOpinionRecorded", number=entry.number, adopted=entry.adopted, **said)


def answering(draft: Draft, item: ItemDefinition) -> dict[str, object]:
    """Who answers for the papers of an application that the architect's commitment takes the place of.

    Raises :class:`ArchitectToRecord` where such papers are missing and nobody is on record.
    """
    papers = [one for one in replaced(draft.before, item) if not provided(draft.materials, one)]
    team = draft.before.architect
    if not papers:
        return {}
    if team is None:
        raise ArchitectToRecord(item=item.code, materials=papers)
    return {"architect": team.document(), "by_architect": papers}
