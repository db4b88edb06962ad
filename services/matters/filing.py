"""Filing a matter 登记: its number, its first event, its clocks, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from models.matters.commands import FileMatter
from models.matters.facts import MatterFacts
from models.people.actor import Actor
from rules.matters.decide import file_matter
from services.cases.acts import fingerprint
from services.clock.calendar_versions import in_force
from services.installation.policy import context_for
from services.ledger.event_log import Act, Head
from services.matters.numbering import matter_number
from services.matters.published import effective_kind
from services.matters.receipts import MatterReceipt, filed_before, receipt_of
from services.matters.store import MATTERS, StoredMatter, next_id, save_matter
from services.matters.surroundings import about_project, surroundings
from services.unit_of_work import Database


def file(
    database: Database, command: FileMatter, actor: Actor, now: datetime, *, key: str | None = None
) -> MatterReceipt:
    """File a matter of a published kind; it has its number with the commit, and a refusal uses none."""
    context = context_for(actor, now)
    with database.transaction() as connection:
        request = fingerprint(command, actor)
        if key is not None:
            repeated = filed_before(connection, actor, key, request)
            if repeated is not None:
                return repeated
        context = in_force(connection, context)
        kind_id, kind = effective_kind(connection, command.kind, context.today)
        around = surroundings(connection, context, kind.acts[kind.filing], command.form)
        project = about_project(connection, actor, command.about_type, command.about)
        region = command.region or (project.region if project else "")
        command = command.model_copy(update={"region": region})
        if project is not None:
            around = replace(around, steward=project.steward, owner=project.enterprise)
        id_ = next_id(connection)
        # Once without a number, so that nobody waits for the series who is refused.
        file_matter(id_, kind, command, around)
        around = replace(around, number=matter_number(connection, kind, region, around))
        outcome = file_matter(id_, kind, command, around)
        calendar = context.calendar.version
        empty = MatterFacts(id_, kind, outcome.facts.row)
        before = StoredMatter(empty, kind_id, Head(0, MATTERS.genesis), calendar)
        logged = Act(actor, now, command.act, key, request if key else None)
        return receipt_of(save_matter(connection, before, outcome, logged).facts, outcome.events)
