"""Delivery of notices: from the outbox to every channel of each recipient, with receipts.

An act writes *notices* (audience and content). :func:`expand` makes them *deliveries*, one per person
and channel; :func:`deliver` takes those that are due to their channels. Any number of processes may
do both at once. A letter is sent at least once: who dies between sending and writing the receipt
leaves a claim that runs out, and the letter goes again under the same key.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event
from typing import Any

from sqlalchemy import Connection, Row

from config.logs import get_logger
from config.notice_templates import Letter, alert_templates
from config.settings import get_settings
from services.installation.sealing import SealedWithAnotherKey
from services.notices import sql
from services.notices import texts as notice_texts
from services.notices.channels import channel_kind
from services.notices.sealed_channels import opened
from services.notices.sending import Delivery, Outcome, Result, run
from services.people.absences import acting_at
from services.unit_of_work import Database

log = get_logger()

EXPAND_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """Retry policy; times in seconds. The defaults bridge a weekend [D]."""

    tries: int = 18
    first: float = 30.0
    slowest: float = 6 * 3600.0
    at_once: int = 8
    batch_seconds: float = 60.0
    """No letter of a batch is started after this time."""
    claim_margin: float = 30.0
    """Time by which a claim outlasts its batch."""

    def wait(self, attempts: int) -> float:
        """Seconds from a failed attempt to the next one."""
        return float(min(self.first * 2 ** min(attempts - 1, 30), self.slowest))


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """Counts of one delivery pass."""

    notices: int = 0
    """Expanded notices."""
    unheard: int = 0
    """Expanded notices without any recipient who has an account."""
    deliveries: int = 0
    sent: int = 0
    postponed: int = 0
    """Failed attempts that will be retried."""
    failed: int = 0
    """Abandoned deliveries."""

    def __add__(self, other: DeliveryCounts) -> DeliveryCounts:
        return DeliveryCounts(*(getattr(self, f) + getattr(other, f) for f in self.__slots__))


def pump(
    database: Database,
    now: datetime,
    limit: int = 100,
    *,
    policy: DeliveryPolicy | None = None,
    stop: Event | None = None,
) -> DeliveryCounts:
    """Expand and deliver until nothing is due; returns the counts. A batch has ``limit`` letters.

    ``stop`` ends it between two batches.
    """
    stop, total = stop or Event(), DeliveryCounts()
    while not stop.is_set() and (expanded := expand(database, now)).notices:
        total += expanded
    while not stop.is_set():
        delivered = deliver(database, now, limit, policy=policy)
        if delivered is None:
            break
        total += delivered
    return total


def expand(database: Database, now: datetime, limit: int = EXPAND_AT_ONCE) -> DeliveryCounts:
    """Create a delivery per recipient and channel; each notice is expanded once."""
    urls = get_settings().notice_urls
    alerts = [_alert_name(url.get_secret_value(), place) for place, url in enumerate(urls, 1)]
    values = {
        "now": now,
        "limit": limit,
        "alerts": alerts,
        "alert_templates": list(alert_templates()),
    }
    with database.transaction() as connection:
        acting = acting_at(connection, now)
        values |= {"away": list(acting), "acting": list(acting.values())}
        row = connection.execute(sql.EXPAND, values).one()
    if row.unheard:
        log.warning("notices_unheard", count=row.unheard)
    return DeliveryCounts(notices=row.notices, unheard=row.unheard, deliveries=row.deliveries)


def deliver(
    database: Database,
    now: datetime,
    limit: int = 100,
    *,
    policy: DeliveryPolicy | None = None,
) -> DeliveryCounts | None:
    """Send up to ``limit`` due letters; ``None`` if there are none.

    Sending happens outside every transaction; each receipt is written as soon as it is known.
    """
    policy = policy or DeliveryPolicy()
    patience = 2 * get_settings().notice_timeout_seconds
    lease = policy.batch_seconds + patience + policy.claim_margin
    deliveries = _claim(database, now, limit, lease)
    if not deliveries:
        return None
    total = DeliveryCounts()
    for outcome in run(
        deliveries, at_once=policy.at_once, seconds=policy.batch_seconds, patience=patience
    ):
        total += _record(database, outcome, now, policy)
    return total


def _claim(database: Database, now: datetime, limit: int, lease: float) -> Sequence[Delivery]:
    values = {"now": now, "limit": limit, "lease": lease}
    with database.transaction() as connection:
        ids = connection.execute(sql.CLAIM, values).scalars().all()
        if not ids:
            return ()
        rows = connection.execute(sql.CLAIMED, {"ids": ids}).all()
        return [_delivery(connection, row) for row in rows]


def _delivery(connection: Connection, row: Row[Any]) -> Delivery:
    url = row.url if row.account is not None else _alert_url(row.channel)
    letter, problem = None, "the channel is not there any more"
    if url is not None:
        letter, problem = _letter(connection, row)
    try:
        url = None if url is None else opened(url)
    except SealedWithAnotherKey as error:
        # The right key may come back: the letter waits.
        letter, problem = None, str(error)
    return Delivery(row.id, row.attempts, row.claimed_until, _key(row), url, letter, problem)


def _letter(connection: Connection, row: Row[Any]) -> tuple[Letter | None, str]:
    to_person = row.account is not None
    reader = notice_texts.reader_of(row.audience) if to_person else "alert"
    language = row.language if to_person else get_settings().language
    try:
        return notice_texts.write(connection, row, language, reader), ""
    except notice_texts.NoText as error:
        log.exception("notice_without_text", template=row.template, delivery=row.id)
        return None, str(error)


def _key(row: Row[Any]) -> str:
    """Idempotency key of a letter: the same at every attempt, different in every other database."""
    parts = (row.code, row.seq, row.template, row.audience, row.noticed_at.isoformat())
    return str(
        uuid.uuid5(uuid.NAMESPACE_OID, "|".join(map(str, (*parts, row.account, row.channel))))
    )


def _alert_name(url: str, place: int) -> str:
    return f"alert-{channel_kind(url)}-{place}"


def _alert_url(channel: str) -> str | None:
    for place, url in enumerate(get_settings().notice_urls, 1):
        if _alert_name(url.get_secret_value(), place) == channel:
            return url.get_secret_value()
    return None


def _record(
    database: Database, outcome: Outcome, now: datetime, policy: DeliveryPolicy
) -> DeliveryCounts:
    delivery = outcome.delivery
    values = {"id": delivery.id, "claimed_until": delivery.claimed_until, "now": now}
    values |= {"reason": outcome.reason, "wait": policy.wait(delivery.attempts)}
    statement, counted = sql.SENT, DeliveryCounts(sent=1)
    failed = outcome.result is Result.FAILED
    if outcome.result is Result.UNTOUCHED:
        statement, counted = sql.UNTOUCHED, DeliveryCounts()
        values["wait"] = policy.first
    elif outcome.result is Result.HOPELESS or (failed and delivery.attempts >= policy.tries):
        statement, counted = sql.GIVEN_UP, DeliveryCounts(failed=1)
    elif failed:
        statement, counted = sql.POSTPONED, DeliveryCounts(postponed=1)
    if counted.failed:
        log.warning("notice_given_up", delivery=delivery.id, reason=outcome.reason)
    with database.transaction() as connection:
        written = connection.execute(statement, values).rowcount
    return counted if written else replace(counted, sent=0, failed=0, postponed=0)
