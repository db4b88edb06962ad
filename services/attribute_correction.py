"""What a correction of a project's attributes would change: judged by the rules, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models import commands as c
from models.actor import Actor
from models.facts import ProjectFacts
from models.statements import Statement
from rules.decide import check_admitted
from rules.migration.correction import Correction, plan
from services.policy import context_for
from services.store import load
from services.unit_of_work import Database
from services.wording.attribute_words import corrections
from services.wording.names import names_of


@dataclass(frozen=True, slots=True)
class CorrectionTried:
    """What one correction comes to, in words."""

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
    """Judge a correction as the act would, and write nothing."""
    with database.reading() as connection:
        facts = load(connection, project).facts
    context = context_for(actor, now)
    check_admitted(facts, command, context)
    return _in_words(facts, plan(facts, command, context), translate, language)


def _in_words(
    facts: ProjectFacts, found: Correction, translate: Callable[[str], str], language: str
) -> CorrectionTried:
    names = names_of(facts.scenario)

    def say(statements: tuple[Statement, ...]) -> tuple[str, ...]:
        return tuple(one.message(translate, language, names) for one in statements)

    said = [one.document() for one in found.corrected]
    return CorrectionTried(
        project=facts.code,
        title=facts.title,
        possible=found.outcome is not None,
        corrected=tuple(corrections(facts.scenario, said, language, translate)),
        changes=say(found.changes),
        refusals=say(found.refusals),
    )
