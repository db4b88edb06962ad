"""From a validated version to a published one: asked for by one administrator, approved by another.

Whoever asked cannot approve it as well. A district may do without the second approval
(``KAIGONG_SCENARIO_SECOND_APPROVAL=false``); then asking publishes. An operator at the console of the
machine publishes files without it, and the record says so.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from config.settings import get_settings
from models.actor import Actor
from models.errors import KaigongError, NotPermitted
from models.scenario_life import ScenarioAct, VersionState
from rules.context import ZONE
from services import scenarios
from services.accounts import know_departments
from services.messages.scenario_notices import DECLINED, tell_of_answer, tell_of_request
from services.scenario_admin import versions
from services.scenario_admin.drafts import validate
from services.scenario_admin.files import sound_file
from services.scenario_admin.record import check_administrator, record
from services.scenario_admin.versions import Draft
from services.scenarios import Version
from services.unit_of_work import Database


class OwnRequest(NotPermitted):
    """actor: {actor} asked for this publication and cannot approve it as well; another administrator has to."""


class NotYourRequest(NotPermitted):
    """actor: {requested_by} asked for this publication; only they take the request back. Decline it with a reason instead."""


class EffectiveInThePast(KaigongError):
    """effective_on: {value} has passed; give today or a later day, or leave it out."""

    field = "effective_on"


class ReasonMissing(KaigongError):
    """reason: say why the publication is declined; whoever asked for it reads that."""

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
) -> Version:
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
) -> Version:
    """Ask for the publication of a version that is proven first where it is a draft yet."""
    check_administrator(actor)
    _check_day(effective_on, now)
    with database.transaction() as connection:
        _proven(connection, key, version, actor, now)
        return request(connection, key, version, actor, now, effective_on)


def _proven(connection: Connection, key: str, version: int, actor: Actor, now: datetime) -> Version:
    """A version kept off others, proven where it is a draft yet."""
    found = scenarios.version_of(connection, key, version, lock=True)
    if found.state is VersionState.DRAFT:
        return validate(connection, key, version, actor, now)
    return found


def take_file(database: Database, path: Path, actor: Actor, now: datetime) -> tuple[str, int]:
    """Keep a sound scenario file as a draft, for a request that follows; answers key and version.

    Raises :class:`services.scenario_admin.files.FileNotPublishable`, and
    :class:`services.scenario_admin.versions.VersionTaken` where a version of that number says something else.
    """
    check_administrator(actor)
    definition, source = sound_file(path)
    key, version = definition.key, definition.version
    with database.transaction() as connection:
        versions.lock_numbers(connection, key)
        there = {one.version: one for one in scenarios.versions(connection, key)}.get(version)
        if there is not None and there.content_hash != definition.content_hash:
            raise versions.VersionTaken(scenario=key, version=version)
        if there is None:
            draft = Draft(key, version, source, definition)
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
) -> Version:
    """Ask for a publication, in a transaction that does more."""
    found = scenarios.version_of(connection, key, version, lock=True)
    scenarios.check_state(found, ScenarioAct.REQUEST.value, VersionState.VALIDATED)
    versions.keep_request(connection, found, actor, now, effective_on)
    data = {"content_hash": found.content_hash, "effective_on": effective_on}
    record(connection, key, version, ScenarioAct.REQUEST, actor, now, reason=reason, data=data)
    if second_approval_needed():
        tell_of_request(connection, key, version, actor, now, reason)
    else:
        _publish(connection, found, actor, now, effective_on)
    return scenarios.version_of(connection, key, version)


def approve_publication(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    seen_hash: str | None = None,
) -> Version:
    """Publish what another administrator asked for.

    ``seen_hash`` is the content hash that the approver saw. A first day that has passed meanwhile
    becomes today. Raises :class:`OwnRequest`.
    """
    check_administrator(actor)
    with database.transaction() as connection:
        found = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(found, ScenarioAct.PUBLISH.value, VersionState.REQUESTED)
        if found.requested_by == actor.login and second_approval_needed():
            raise OwnRequest(actor=actor.login)
        if seen_hash is not None and seen_hash != found.content_hash:
            raise scenarios.VersionChanged(scenario=key, version=version)
        first = found.effective_on
        today = now.astimezone(ZONE).date()
        _publish(connection, found, actor, now, max(first, today) if first else None)
        return scenarios.version_of(connection, key, version)


def decline_publication(
    database: Database, key: str, version: int, actor: Actor, now: datetime, reason: str
) -> Version:
    """Refuse a publication that was asked for; the version is a validated one again."""
    check_administrator(actor)
    if not reason.strip():
        raise ReasonMissing
    return _back(database, key, version, ScenarioAct.DECLINE, actor, now, reason.strip())


def withdraw_request(
    database: Database, key: str, version: int, actor: Actor, now: datetime
) -> Version:
    """Take one's own request back."""
    check_administrator(actor)
    return _back(database, key, version, ScenarioAct.WITHDRAW, actor, now, None)


def retire_version(
    database: Database,
    key: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    reason: str | None = None,
) -> Version:
    """Take a published version out of use: no new project gets it, those on it stay."""
    check_administrator(actor)
    with database.transaction() as connection:
        found = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(found, ScenarioAct.RETIRE.value, VersionState.PUBLISHED)
        versions.move(connection, found, VersionState.RETIRED)
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
) -> Version:
    """Publish a version as an operator at the console does: proven first, approved by nobody else."""
    check_administrator(actor)
    _check_day(effective_on, now)
    with database.transaction() as connection:
        found = _proven(connection, key, version, actor, now)
        ready = (VersionState.VALIDATED, VersionState.REQUESTED)
        scenarios.check_state(found, ScenarioAct.PUBLISH.value, *ready)
        _publish(connection, found, actor, now, effective_on)
        return scenarios.version_of(connection, key, version)


def _publish(
    connection: Connection,
    found: Version,
    actor: Actor,
    now: datetime,
    effective_on: date | None,
) -> None:
    scenario = scenarios.draft_of(connection, found.id)
    know_departments(connection, scenario.departments)
    source = scenarios.source_of(connection, found.id)
    versions.publish(connection, scenario, source, actor, now, effective_on=effective_on)


def _back(
    database: Database,
    key: str,
    version: int,
    act: ScenarioAct,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> Version:
    with database.transaction() as connection:
        found = scenarios.version_of(connection, key, version, lock=True)
        scenarios.check_state(found, act.value, VersionState.REQUESTED)
        if act is ScenarioAct.WITHDRAW and found.requested_by != actor.login:
            raise NotYourRequest(requested_by=found.requested_by)
        if act is ScenarioAct.DECLINE:
            tell_of_answer(connection, key, version, DECLINED, actor, now, reason)
        versions.forget_request(connection, found)
        record(connection, key, version, act, actor, now, reason=reason)
        return scenarios.version_of(connection, key, version)


def _check_day(effective_on: date | None, now: datetime) -> None:
    if effective_on is not None and effective_on < now.astimezone(ZONE).date():
        raise EffectiveInThePast(value=effective_on.isoformat())
