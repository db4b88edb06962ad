"""What a correction of a project's attributes would change: judged by the rules, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.people.actor import Actor
from models.statements import Statement
from rules.cases.decide import check_admitted
from rules.cases.migration.correction import Correction, plan
from services.installation.policy import context_for
from services.ledger.store import load
from services.people.visibility import eyes_of
from services.unit_of_work import Database
from services.wording.attribute_words import corrections
from services.wording.names import names_of


@dataclass(frozen=True, slots=True)
class CorrectionTried:
    """Result of a tried correction, in words."""

    project: str
    title: str
    possible: bool
    corrected: tuple[str, ...]
    """Each attribute with its value before and after."""
    changes: tuple[str, ...]
    """What would follow for the items; empty where nothing does, or where it is refused."""
    refusals: tuple[str, ...]


def try_correction(
    database: Database,
    project: int | str,
    command: c.CorrectAttributes,
    actor: Actor,
    now: datetime,
    translate: Callable[[str], str],
    language: str,
) -> CorrectionTried:
    """Judge a correction as the act would, and write nothing; ``NotFound`` where the actor sees no such project."""
    with database.reading() as connection:
        facts = load(connection, project, eyes=eyes_of(actor)).facts
    context = context_for(actor, now)
    check_admitted(facts, command, context)
    return _in_words(facts, plan(facts, command, context), translate, language)


def _in_words(
    facts: ProjectFacts, correction: Correction, translate: Callable[[str], str], language: str
) -> CorrectionTried:
    names = names_of(facts.scenario)

    def say(statements: tuple[Statement, ...]) -> tuple[str, ...]:
        return tuple(statement.message(translate, language, names) for statement in statements)

    corrected = [change.document() for change in correction.corrected]
    return CorrectionTried(
        project=facts.code,
        title=facts.title,
        possible=correction.outcome is not None,
        corrected=tuple(corrections(facts.scenario, corrected, language, translate)),
        changes=say(correction.changes),
        refusals=say(correction.refusals),
    )
