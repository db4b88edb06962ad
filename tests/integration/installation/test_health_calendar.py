"""What the doctor says of the calendar and of the deadlines counted on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from config.settings import get_settings
from deployments.local.findings import Finding, State
from deployments.local.health import examine
from services.cases.watch.deadlines import watch
from tests.support.holidays import NOTICE_2027, own_notice
from tests.support.ledger import Ledger
from tests.support.play import moment


@pytest.fixture
def notice() -> Iterator[Path]:
    with own_notice() as path:
        yield path


@pytest.fixture
def ledger(configured, ledger: Ledger) -> Ledger:
    return ledger


def found(part: str, on: date) -> Finding:
    return next(one for one in examine(get_settings(), on) if one.part == part)


def test_a_missing_notice_is_said_from_sixty_days_before_the_year(notice):
    assert found("calendar", date(2026, 11, 1)).state is State.UP
    missing = found("calendar", date(2026, 11, 2))
    assert missing.state is State.NOTE
    assert str(notice) in missing.sentence(missing.remedy, str)


def test_the_installations_own_notices_count(notice):
    notice.write_text(NOTICE_2027, encoding="utf-8")
    assert found("calendar", date(2026, 12, 20)).state is State.UP
    # A wrong one is told although the calendar that was goes on.
    notice.write_text(NOTICE_2027.replace("2027-01-10", "2027-01-11"), encoding="utf-8")
    wrong = found("calendar", date(2026, 12, 20))
    assert wrong.state is State.DOWN
    assert "2027.yaml: holidays[1].make_up: 2027-01-11" in wrong.sentence(wrong.detail, str)


def test_deadlines_on_an_older_calendar_are_counted(ledger, notice):
    ledger.go_to(date(2026, 12, 28))
    ledger.accepted()
    assert found("deadlines", ledger.today).state is State.UP
    other = ledger.accepted()
    notice.write_text(NOTICE_2027, encoding="utf-8")
    ledger.hand_in(other, "drawings")
    behind = found("deadlines", ledger.today)
    assert (behind.state, dict(behind.values)) == (State.NOTE, {"count": 1})
    watch(ledger.database, moment(ledger.today))
    assert found("deadlines", ledger.today).state is State.UP


def test_url1_documents_that_lead_nowhere_are_said(monkeypatch):
    assert found("address", date(2026, 11, 2)).state is State.NOTE
    monkeypatch.setenv("KAIGONG_PORTAL_URL", "https://kaigong.example")
    get_settings.cache_clear()
    address = found("address", date(2026, 11, 2))
    get_settings.cache_clear()
    assert (address.state, dict(address.values)) == (State.UP, {"url": "https://kaigong.example"})
