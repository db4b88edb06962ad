"""What is decided in the moment in which it is applied for, in the transaction of the application.

A complete filing is filed by the rules themselves. What a published list grants on commitment the
system grants right after, as an act of its own; and the document of either is issued with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from models.cases import commands as c
from models.cases.states import ItemState
from models.people.actor import SYSTEM
from rules.cases.context import Context
from rules.cases.instruments.at_once import is_granted_on_commitment
from rules.cases.progress import machine_work
from services.cases.commitments import commitment_lists
from services.ledger.store import StoredProject

Execute = Callable[[Connection, StoredProject, c.ProjectCommand, Context], StoredProject]
#: Acts by which an application becomes complete.
_APPLY = (c.SubmitApplication, c.SupplyCorrection)


def follow(
    connection: Connection,
    stored: StoredProject,
    command: c.ProjectCommand,
    context: Context,
    execute: Execute,
) -> None:
    """Grant what is granted at once, and issue its document."""
    if not isinstance(command, _APPLY):
        return
    code, system = command.item, replace(context, actor=SYSTEM)
    definition = stored.facts.definition(code)
    if is_granted_on_commitment(stored.facts, definition):
        department = stored.facts.items[code].department
        if commitment_lists.in_force(connection, department, code) is None:
            return
        stored = execute(connection, stored, c.GrantOnCommitment(item=code), system)
    if stored.facts.items[code].state is ItemState.GRANTED:
        for work in machine_work(stored.facts, definition.stage):
            if isinstance(work, c.IssueDocument) and work.item == code:
                execute(connection, stored, work, system)
