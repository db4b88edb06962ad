"""Whether every machine of an installation goes by the same policy.

The first deadline watch writes down what its machine's ``policy.yaml`` chooses. From then on a machine
that chooses otherwise is told so, by each watch that runs on it and by ``kaigong doctor``, until its
file was put right or ``kaigong clock recompute --all`` brought its policy into force.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from models.errors import KaigongError
from models.tables import policy_version
from rules.cases.context import ZONE, Context
from services.installation.policy import PolicyNotValid, chosen
from services.seals import sealed
from services.unit_of_work import Database


class PolicyDiffers(KaigongError):
    template = "file: policy.yaml of {machine} is not the policy in force since {since}, from {author} (here ≠ in force): {differences}. Put the file right on this machine, or bring it into force with 'kaigong clock recompute --all'."
    field = "file"


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy in force, and where this machine's differs from it."""

    since: datetime
    machine: str
    """Whose file it was."""
    differences: tuple[str, ...]
    """``field: here ≠ in force``, one for each choice that differs."""


def policy_in_force(connection: Connection) -> PolicyInForce | None:
    """``None`` where nothing was written down yet. Raises ``PolicyNotValid`` for a faulty file."""
    row = connection.execute(_NEWEST).one_or_none()
    if row is None:
        return None
    differences = tuple(_differences(chosen().model_dump(mode="json"), row.content))
    return PolicyInForce(row.in_force_since, row.machine, differences)


def check_policy(connection: Connection, context: Context) -> None:
    """Raise ``PolicyDiffers`` where this machine goes by another policy than the one in force; its own
    comes into force where none is.
    """
    in_force = policy_in_force(connection)
    if in_force is None:
        bring_policy_into_force(connection, context)
    elif in_force.differences:
        raise _differs(in_force)


def policy_fault(database: Database) -> KaigongError | None:
    """The fault of this machine's policy for operators; ``None`` normally."""
    try:
        with database.reading() as connection:
            in_force = policy_in_force(connection)
    except PolicyNotValid as fault:
        return fault
    return _differs(in_force) if in_force is not None and in_force.differences else None


def _differs(in_force: PolicyInForce) -> PolicyDiffers:
    return PolicyDiffers(
        machine=platform.node(),
        differences=", ".join(in_force.differences),
        since=in_force.since.astimezone(ZONE).date(),
        author=in_force.machine,
    )


def bring_policy_into_force(connection: Connection, context: Context) -> None:
    """Make this machine's policy the one that every machine has to have."""
    content = chosen().model_dump(mode="json")
    # Two machines that do it at once wait for each other here.
    connection.execute(_LOCK)
    if connection.execute(_CONTENT).scalar_one_or_none() != content:
        values = {
            "now": context.now,
            "by": context.actor.login,
            "machine": platform.node(),
            "content": orjson.dumps(content).decode(),
        }
        connection.execute(_ADD, values)


def _differences(here: Mapping[str, Any], there: Mapping[str, Any], of: str = "") -> Iterator[str]:
    """Names of the values that differ; a field that only one side has is no difference."""
    for name in here.keys() & there.keys():
        own, other = here[name], there[name]
        if isinstance(own, dict) and isinstance(other, dict):
            yield from _differences(own, other, f"{of}{name}.")
        elif own != other:
            yield f"{of}{name}: {_shown(own)} ≠ {_shown(other)}"


def _shown(value: object) -> str:
    return orjson.dumps(value).decode()


#: Any number that nothing else locks.
_LOCK = text("SELECT pg_advisory_xact_lock(4203372)")
_NEWEST = text(
    "SELECT in_force_since, machine, content FROM policy_version ORDER BY id DESC LIMIT 1"
)
_CONTENT = text("SELECT content FROM policy_version ORDER BY id DESC LIMIT 1")
_ADD = sealed(
    policy_version,
    "INSERT INTO policy_version (in_force_since, made_by, machine, content)"
    " VALUES (:now, :by, :machine, CAST(:content AS jsonb))",
)
