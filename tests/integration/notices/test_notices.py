"""Notices on real channels: mail over SMTP, webhooks over HTTP, the inbox in the portal."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from config.settings import get_settings
from models.people.actor import Actor, Role
from services.cases.pages.menu import menu_counts
from services.notices.channels import Channel, ChannelNotUnderstood
from services.notices.courier import courier
from services.notices.notice_list import inbox, mark_read
from services.notices.notices import DeliveryCounts, DeliveryPolicy, expand, pump
from services.unit_of_work import Database
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, LEADER, STEWARD, handler
from tests.support.places import ROOT
from tests.support.receivers import Hook, Mailbox, dripping, hook, kill, mailbox, silence
from tests.support.run.waiting import PATIENCE_SECONDS, until
from tests.support.yard import ENTERPRISE, HOUSING, LAND, PLANNING

PUMP = """
import sys
from datetime import datetime
from services.notices.notices import pump
from services.unit_of_work import Database
pump(Database(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
"""


@pytest.fixture
def settings(monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("KAIGONG_PORTAL_URL", "https://kaigong.example.org")
    monkeypatch.setenv("KAIGONG_NOTICE_TIMEOUT_SECONDS", str(PATIENCE_SECONDS))
    get_settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def ledger(settings, ledger: Ledger) -> Ledger:
    with ledger.database.transaction() as connection:
        for key in (LAND, PLANNING):
            connection.execute(
                text("INSERT INTO department VALUES (:key, :key, :key) ON CONFLICT DO NOTHING"),
                {"key": key},
            )
    return ledger


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def web() -> Iterator[Hook]:
    with hook() as web:
        yield web


def account(ledger: Ledger, login: str, role: Role, *channels: str, **more: object) -> None:
    values = {"department": None, "enterprise": None, "language": "zh-CN", "active": True} | more
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account"
                " (login, name, role, department, enterprise, language, channels, active)"
                " VALUES (:login, :name, :role, :department, :enterprise, :language, :channels,"
                " :active) ON CONFLICT (login) DO UPDATE SET channels = excluded.channels,"
                " language = excluded.language, name = excluded.name, active = excluded.active"
            ),
            {"login": login, "name": login.title(), "role": role, "channels": list(channels)}
            | values,
        )


def builder(ledger: Ledger, *channels: str, **more: object) -> None:
    account(ledger, APPLICANT.login, Role.APPLICANT, *channels, enterprise=ENTERPRISE, **more)


def steward(ledger: Ledger, *channels: str, **more: object) -> None:
    account(ledger, STEWARD.login, Role.PROJECT_STEWARD, *channels, **more)


def rows(ledger: Ledger, login: str | None = APPLICANT.login):
    with ledger.database.reading() as connection:
        return connection.execute(
            text(
                "SELECT d.*, n.template FROM delivery d JOIN notice n ON n.id = d.notice_id"
                " WHERE account IS NOT DISTINCT FROM :login AND channel <> 'portal' ORDER BY d.id"
            ),
            {"login": login},
        ).all()


def test_mail_and_webhook_in_the_language_of_each(ledger, box, web):
    builder(ledger, box.url("owner@example.org"))
    steward(ledger, web.url, language="en", name="Li Ming")
    project = ledger.register()

    done = pump(ledger.database, ledger.now)

    assert (done.failed, done.postponed) == (0, 0)
    subjects = [letter["Subject"] for letter in box.letters]
    assert "您的项目管家：Li Ming" in subjects
    assert any(subject.startswith("现在可以申报：") for subject in subjects)
    assert box.recipients == [["owner@example.org"]] * len(subjects)
    mail = next(one for one in box.letters if one["Subject"].startswith("您的项目管家"))
    body = mail.get_content()
    assert mail.get_content_type() == "text/plain"
    assert f"https://kaigong.example.org/projects/{project}" in body
    assert "有不清楚的地方，请找您的项目管家Li Ming" in body
    assert web.titles == ["A new project for you: yard 1"]
    assert "Next: look at where it stands" in web.calls[0]["message"]
    assert all(row.state == "sent" and row.sent_at == ledger.now for row in rows(ledger))


def test_each_notice_is_expanded_and_sent_once(ledger, web):
    steward(ledger, web.url)
    ledger.register()
    first = pump(ledger.database, ledger.now)
    again = pump(ledger.database, ledger.now + timedelta(days=1))

    assert first.sent == 1
    assert again == DeliveryCounts()
    assert ledger.scalar("SELECT count(*) FROM notice WHERE expanded_at IS NULL") == 0
    assert len(web.calls) == 1


def test_what_is_kept_names_no_secret(ledger, web):
    web.status = 401
    steward(ledger, web.url, "a wrong address", "mailto:someone@example.org")
    ledger.register()
    pump(ledger.database, ledger.now)

    found = rows(ledger, STEWARD.login)
    assert [row.channel for row in found] == ["json-1", "channel-2", "mailto-3"]
    assert [row.state for row in found] == ["pending"] * 3
    kept = " ".join(str(value) for row in found for value in row)
    for secret in ("s3cret-word", "t0ken-path", "someone", "127.0.0.1", "a wrong address"):
        assert secret not in kept
    details = [row.detail for row in found]
    assert "401" in details[0]
    assert "Apprise URL" in details[1]
    assert "KAIGONG_MAIL_URL" in details[2]


def test_a_failing_receiver_gets_its_letter_later(ledger, web):
    steward(ledger, web.url)
    ledger.register()
    web.status = 503
    assert pump(ledger.database, ledger.now).postponed == 1
    (row,) = rows(ledger, STEWARD.login)
    assert (row.attempts, row.next_attempt_at) == (1, ledger.now + timedelta(seconds=30))
    assert "503" in row.detail

    assert pump(ledger.database, ledger.now + timedelta(seconds=29)) == DeliveryCounts()
    assert pump(ledger.database, ledger.now + timedelta(seconds=30)).postponed == 1
    (row,) = rows(ledger, STEWARD.login)
    assert row.next_attempt_at == ledger.now + timedelta(seconds=30 + 60)

    web.status = 204
    assert pump(ledger.database, ledger.now + timedelta(seconds=90)).sent == 1
    (row,) = rows(ledger, STEWARD.login)
    assert (row.state, row.attempts, row.detail, row.claimed_until) == ("sent", 3, None, None)
    assert len(web.keys) == 3
    assert len(set(web.keys)) == 1


def test_a_letter_is_given_up_in_the_end(ledger, web):
    web.status = 500
    steward(ledger, web.url)
    ledger.register()
    now, policy = ledger.now, DeliveryPolicy(tries=3)
    total = DeliveryCounts()
    for day in range(5):
        total += pump(ledger.database, now + timedelta(days=day), policy=policy)
    assert (total.postponed, total.failed, len(web.calls)) == (2, 1, 3)
    (row,) = rows(ledger, STEWARD.login)
    assert (row.state, row.next_attempt_at) == ("failed", None)


def test_the_patience_bridges_a_weekend():
    policy = DeliveryPolicy()
    waits = [policy.wait(attempt) for attempt in range(1, policy.tries)]
    assert waits[:3] == [30, 60, 120]
    assert max(waits) == 6 * 3600
    assert sum(waits) > 48 * 3600


def test_a_deliverer_killed_after_sending_sends_the_same_letter_again(ledger, box):
    steward(ledger, box.url("steward@example.org"))
    ledger.register()
    killed = subprocess.Popen(
        [sys.executable, "-c", PUMP, ledger.url, ledger.now.isoformat()], cwd=ROOT
    )
    # The letter is there, and the deliverer dies before it hears so.
    box.before_answer = lambda: kill(killed.pid)
    assert killed.wait(PATIENCE_SECONDS) == -9
    box.before_answer = lambda: None
    (row,) = rows(ledger, STEWARD.login)
    assert (row.state, row.attempts, len(box.letters)) == ("pending", 1, 1)

    assert pump(ledger.database, ledger.now) == DeliveryCounts(), "the claim still holds"
    with ledger.database.transaction() as connection:
        connection.execute(text("UPDATE delivery SET claimed_until = clock_timestamp()"))
    assert pump(ledger.database, ledger.now).sent == 1
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@kaigong.example.org>")
    assert len(first.get_all("Message-ID")) == 1
    (row,) = rows(ledger, STEWARD.login)
    assert (row.state, row.attempts) == ("sent", 2)


def test_two_deliverers_send_each_letter_once(ledger, web):
    with hook() as other:
        builder(ledger, web.url, other.url)
        steward(ledger, web.url)
        for _ in range(12):
            ledger.register()
        counted: list[DeliveryCounts] = []
        start = threading.Barrier(3)

        def work() -> None:
            database = Database(ledger.url)
            start.wait(PATIENCE_SECONDS)
            counted.append(pump(database, ledger.now, 5))
            database.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    letters = ledger.count("delivery WHERE channel <> 'portal'")
    assert letters == 12 * (3 * 2 + 1)
    assert sum(one.sent for one in counted) == letters
    assert len(web.calls) + len(other.calls) == letters
    assert len({*web.keys, *other.keys}) == letters
    assert sum(one.notices for one in counted) == ledger.count("notice")


class Tries:
    """Deliveries an hour after each other: what a busy machine did not bring within a short limit comes again."""

    def __init__(self, ledger: Ledger, policy: DeliveryPolicy | None = None) -> None:
        self.ledger, self.policy = ledger, policy
        self.now, self.total = ledger.now, DeliveryCounts()

    def again(self) -> DeliveryCounts:
        """Deliver what is due, and go on by an hour; answers the counts of all tries."""
        self.total += pump(self.ledger.database, self.now, policy=self.policy)
        self.now += timedelta(hours=1)
        return self.total


def test_channels_that_are_dead_or_hang_keep_no_other_waiting(ledger, web, settings):
    settings.setenv("KAIGONG_NOTICE_TIMEOUT_SECONDS", "1")
    get_settings.cache_clear()
    with silence() as hangs:
        closed = "mailto://127.0.0.1:1/a@example.org?from=kaigong@example.org"
        builder(ledger, "json://127.0.0.1:1/", hangs, closed, web.url)
        for _ in range(3):
            ledger.register()
        tries = Tries(ledger)
        until(lambda: tries.again().sent >= 9)

    assert tries.total.sent == 9
    assert tries.total.postponed >= 27
    by_channel = {row.channel: row for row in rows(ledger)}
    assert by_channel["json-4"].state == "sent"
    assert by_channel["json-2"].detail.startswith("A Connection error occurred")
    assert "ConnectionRefusedError" in by_channel["mailto-3"].detail


def test_a_channel_that_answers_without_end_is_left_behind(ledger, web, settings):
    settings.setenv("KAIGONG_NOTICE_TIMEOUT_SECONDS", "0.5")
    get_settings.cache_clear()
    with dripping() as endless:
        steward(ledger, endless, web.url)
        ledger.register()
        tries = Tries(ledger, DeliveryPolicy(batch_seconds=0.5))
        until(lambda: tries.again().sent == 1 and left_behind(ledger))
    assert tries.total.postponed >= 1


def left_behind(ledger: Ledger) -> bool:
    return rows(ledger, STEWARD.login)[0].detail == "no answer in time"


def test_a_channel_that_was_taken_away_is_given_up_at_once(ledger, web):
    steward(ledger, web.url)
    ledger.register()
    expand(ledger.database, ledger.now)
    steward(ledger)
    assert pump(ledger.database, ledger.now).failed == 1
    assert web.calls == []


def test_mail_through_the_server_of_the_installation(ledger, box, settings):
    settings.setenv("KAIGONG_MAIL_URL", box.server_url)
    get_settings.cache_clear()
    steward(ledger, "mailto:steward@example.org")
    ledger.register()
    assert pump(ledger.database, ledger.now).sent == 1
    assert box.recipients == [["steward@example.org"]]
    assert box.letters[0]["From"].endswith("kaigong@example.org")


def test_who_is_told(ledger):
    account(ledger, "h1", Role.HANDLER, department=PLANNING)
    account(ledger, "a1", Role.APPROVER, department=PLANNING)
    account(ledger, "head1", Role.DEPARTMENT_HEAD, department=PLANNING)
    account(ledger, "h2", Role.HANDLER, department=LAND)
    account(ledger, "gone", Role.HANDLER, department=PLANNING, active=False)
    account(ledger, LEADER.login, Role.LEADER)
    builder(ledger)
    project = ledger.register()
    tell(ledger, project, "department:" + PLANNING, "handler:h2", "handler:gone")
    tell(ledger, project, "department_head:" + PLANNING, "leader", "department:nobody_here")
    done = pump(ledger.database, ledger.now)

    told = {
        login: menu_counts(ledger.database, Actor(login, Role.APPLICANT)).notices
        for login in logins(ledger)
    }
    assert told == {
        **{handler(key).login: int(key == PLANNING) for key in (LAND, PLANNING, HOUSING)},
        "h1": 1,
        "a1": 1,
        "head1": 1,
        "h2": 1,
        "gone": 0,
        "idle": 1,
        LEADER.login: 1,
        STEWARD.login: 1,
        APPLICANT.login: 3,
        "reader": 3,
    }
    assert done.unheard == 2


def tell(ledger: Ledger, project: str, *audiences: str) -> None:
    with ledger.database.transaction() as connection:
        for audience in audiences:
            connection.execute(
                text(
                    "INSERT INTO notice (project_id, seq, audience, template, item, params,"
                    " created_at) SELECT id, 1, :audience, 'warning_red', 'A1', :params, :now"
                    " FROM project WHERE code = :project"
                ),
                {
                    "audience": audience,
                    "params": '{"clock": "decision", "subject": "", "due_on": "2026-11-20"}',
                    "now": ledger.now,
                    "project": project,
                },
            )


def logins(ledger: Ledger) -> list[str]:
    with ledger.database.reading() as connection:
        return list(connection.execute(text("SELECT login FROM account")).scalars())


def test_an_alert_reaches_the_channels_of_the_installation_once(ledger, web, settings):
    settings.setenv("KAIGONG_NOTICE_URLS", f'["{web.url}"]')
    settings.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    steward(ledger)
    account(ledger, LEADER.login, Role.LEADER)
    project = ledger.register()
    tell(ledger, project, "steward", "leader")
    pump(ledger.database, ledger.now)

    assert web.titles == ["Red: item A1 is overdue, yard 1"]
    assert [row.channel for row in rows(ledger, None)] == ["alert-json-1"]
    assert [row.state for row in rows(ledger, None)] == ["sent"]


def test_a_courier_delivers_within_moments_and_goes_on_after_a_fault(ledger, web):
    steward(ledger, web.url)
    faults = iter([OSError("the clock file is gone")])

    def now() -> datetime:
        for fault in faults:
            raise fault
        return ledger.now

    with courier(ledger.database, every=0.05, now=now):
        for number in (1, 2):
            ledger.register()
            until(lambda number=number: len(web.calls) >= number)
    assert [row.state for row in rows(ledger, STEWARD.login)] == ["sent", "sent"]


def test_the_inbox_in_the_portal(ledger):
    builder(ledger)
    project = ledger.register()
    pump(ledger.database, ledger.now)
    database, reader = ledger.database, APPLICANT

    entries = inbox(database, reader, "en", unread=True)
    assert [entry.template for entry in entries] == [
        "items_open",
        "steward_assigned",
        "project_registered",
    ]
    assert entries[0].project == project
    assert entries[0].letter.title == "You can apply now: item A1"
    assert "2026年11月" in inbox(database, reader, "zh-CN")[-1].letter.body
    assert menu_counts(database, reader).notices == 3

    assert mark_read(database, Actor("idle", Role.APPLICANT), ledger.now, [entries[0].id]) == 0
    assert mark_read(database, reader, ledger.now, [entries[0].id]) == 1
    assert menu_counts(database, reader).notices == 2
    assert mark_read(database, reader, ledger.now) == 2
    assert inbox(database, reader, "en", unread=True) == ()
    assert [e.id for e in inbox(database, reader, "en", before=entries[0].id, limit=1)] == [
        entries[1].id
    ]


@pytest.mark.parametrize("url", ["nonsense", "nosuchservice://x", "mailto://", "json://"])
def test_an_address_that_is_none_is_told(url, settings):
    with pytest.raises(ChannelNotUnderstood):
        Channel(url)
