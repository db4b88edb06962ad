"""Publication of a validated version: requested by one administrator, approved by another.

Whoever asked cannot approve it as well. A district may do without the second approval
(``KAIGONG_SCENARIO_SECOND_APPROVAL=false``); then asking publishes. An operator at the console of the
machine publishes files without it, and the record says so.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from config.settings import get_settings
from models.errors import KaigongError, NotPermitted
from models.people.actor import Actor
from models.scenarios.life import ScenarioAct, VersionState
from rules.cases.context import ZONE
from services.notices.scenario_notices import DECLINED, notify_answer, notify_request
from services.people.accounts import know_departments
from services.scenarios import published as scenarios
from services.scenarios import versions
from services.scenarios.drafts import validate
from services.scenarios.record import check_administrator, record
from services.scenarios.scenario_files import sound_file
from services.unit_of_work import Database


class OwnRequest(NotPermitted):
    template = "actor: {actor} asked for this publication and cannot approve it as well; another administrator has to."


class NotYourRequest(NotPermitted):
    template = "actor: {requested_by} asked for this publication; only they take the request back. Decline it with a reason instead."


class EffectiveInThePast(KaigongError):
    template = "effective_on: {value} has passed; give today or a later day, or leave it out."
    field = "effective_on"


class ReasonMissing(KaigongError):
    template = "reason: say why the publication is declined; whoever asked for it reads that."
    field = "reason"


def second_approval_needed() -> bool:
    """Whether another administrator has to approve each publication."""
    return get_settings().scenario_second_approval


def request_publication(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    effective_on: date | None = None,
    reason: str | None = None,
) -> scenarios.Version:
    """Ask for the publication of a validated version; without a second approval it is published.

    ``effective_on`` is the first day on which projects are registered on it.
    """
    check_administrator(actor)
    _check_day(effective_on, now)
    with database.transaction() as connection:
        return request(connection, key, version, actor, now, effective_on, reason)


def request_proven(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    effective_on: date | None = None,
) -> scenarios.Version:
    """Request the publication of a version; a draft is validated first."""
    check_administrator(actor)
    _check_day(effective_on, now)
    with database.transaction() as connection:
        _lock_validated(connection, key, version, actor, now)
        return request(connection, key, version, actor, now, effective_on)


def _lock_validated(
    connection: Connection, key: str, version: int, actor: Actor, now: datetime
) -> scenarios.Version:
    """A locked version; a draft is validated first."""
    current = scenarios.version_of(connection, key, version, lock=True)
    if current.state is VersionState.DRAFT:
        return validate(connection, key, version, actor, now)
    return current


def take_file(database: Database, path: Path, actor: Actor, now: datetime) -> tuple[str, int]:
    """Store a sound scenario file as a draft for a later request; returns key and version.

    Raises :class:`services.scenarios.scenario_files.FileNotPublishable`, and
    :class:`services.scenarios.versions.VersionTaken` where a version of that number says something else.
    """
    check_administrator(actor)
    definition, source = sound_file(path)
    key, version = definition.key, definition.version
    with database.transaction() as connection:
        versions.lock_numbers(connection, key)
        existing = {row.version: row for row in scenarios.versions(connection, key)}.get(version)
        if existing is not None and existing.content_hash != definition.content_hash:
            raise versions.VersionTaken(scenario=key, version=version)
        if existing is None:
            draft = versions.Draft(key, version, source, definition)
            versions.save_draft(connection, draft, actor, now)
            record(connection, key, version, ScenarioAct.START, actor, now)
    return key, version


def request(
    connection: Connection,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
    reason: str | None = None,
) -> scenarios.Version:
    """Request a publication within the caller's transaction."""
    current = scenarios.version_of(connection, key, version, lock=True)
    scenarios.check_state(current, ScenarioAct.REQUEST.value, VersionState.VALIDATED)
    versions.keep_request(connection, current, actor, now, effective_on)
    data = {"content_hash": current.content_hash, "effective_on": effective_on}
    record(connection, key, version, ScenarioAct.REQUEST, actor, now, reason=reason, data=data)
    if second_approval_needed():
        notify_request(connection, key, version, actor, now, reason)
    else:
        _publish(connection, current, actor, now, effective_on)
    return scenarios.version_of(connection, key, version)


def approve_publication(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    seen_hash: str | None = None,
) -> scenarios.Version:
    """Publish a version that another administrator requested.

    ``seen_hash`` is the content hash that the approver saw. A first day that has passed meanwhile
    becomes today. Raises :class:`OwnRequest`.
    """
    check_administrator(actor)
    with database.transaction() as connection:
        current = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(current, ScenarioAct.PUBLISH.value, VersionState.REQUESTED)
        if current.requested_by == actor.login and second_approval_needed():
            raise OwnRequest(actor=actor.login)
        if seen_hash is not None and seen_hash != current.content_hash:
            raise scenarios.VersionChanged(scenario=key, version=version)
        first = current.effective_on
        today = now.astimezone(ZONE).date()
        _publish(connection, current, actor, now, max(first, today) if first else None)
        return scenarios.version_of(connection, key, version)


def decline_publication(
    database: Database, key: str, version: int, actor: Actor, now: datetime, reason: str
) -> scenarios.Version:
    """Decline a publication request; the version returns to VALIDATED."""
    check_administrator(actor)
    if not reason.strip():
        raise ReasonMissing
    return _return_to_validated(
        database, key, version, ScenarioAct.DECLINE, actor, now, reason.strip()
    )


def withdraw_request(
    database: Database, key: str, version: int, actor: Actor, now: datetime
) -> scenarios.Version:
    """Withdraw one's own request."""
    check_administrator(actor)
    return _return_to_validated(database, key, version, ScenarioAct.WITHDRAW, actor, now, None)


def retire_version(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    reason: str | None = None,
) -> scenarios.Version:
    """Retire a published version: no new project uses it, projects already on it stay."""
    check_administrator(actor)
    with database.transaction() as connection:
        current = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(current, ScenarioAct.RETIRE.value, VersionState.PUBLISHED)
        versions.move(connection, current, VersionState.RETIRED)
        record(connection, key, version, ScenarioAct.RETIRE, actor, now, reason=reason)
        return scenarios.version_of(connection, key, version)


def publish_at_once(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    effective_on: date | None = None,
) -> scenarios.Version:
    """Publish a version from the console: a draft is validated first, no approval is needed."""
    check_administrator(actor)
    _check_day(effective_on, now)
    with database.transaction() as connection:
        current = _lock_validated(connection, key, version, actor, now)
        ready = (VersionState.VALIDATED, VersionState.REQUESTED)
        scenarios.check_state(current, ScenarioAct.PUBLISH.value, *ready)
        _publish(connection, current, actor, now, effective_on)
        return scenarios.version_of(connection, key, version)


def _publish(
    connection: Connection,
    version: scenarios.Version,
    actor: Actor,
    now: datetime,
    effective_on: date | None,
) -> None:
    scenario = scenarios.draft_of(connection, version.id)
    know_departments(connection, scenario.departments)
    source = scenarios.source_of(connection, version.id)
    versions.publish(connection, scenario, source, actor, now, effective_on=effective_on)


def _return_to_validated(
    database: Database,
    key: str,
    version: int,
    act: ScenarioAct,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> scenarios.Version:
    with database.transaction() as connection:
        current = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(current, act.value, VersionState.REQUESTED)
        if act is ScenarioAct.WITHDRAW and current.requested_by != actor.login:
            raise NotYourRequest(requested_by=current.requested_by)
        if act is ScenarioAct.DECLINE:
            notify_answer(connection, key, version, DECLINED, actor, now, reason)
        versions.forget_request(connection, current)
        record(connection, key, version, act, actor, now, reason=reason)
        return scenarios.version_of(connection, key, version)


def _check_day(effective_on: date | None, now: datetime) -> None:
    if effective_on is not None and effective_on < now.astimezone(ZONE).date():
        raise EffectiveInThePast(value=effective_on.isoformat())
