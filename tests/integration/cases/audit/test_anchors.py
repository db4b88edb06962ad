"""Anchors: what agrees with itself, and not with what was signed before, is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Connection, text

from config.settings import get_settings
from models.tables import metadata
from services.cases.audit import AuditReport, audit
from services.cases.audit.anchors import (
    AnchorDiffers,
    AnchorNotOurs,
    Anchors,
    NotTold,
    make_anchor,
    write_files,
)
from services.cases.audit.faults import (
    AnchorMissing,
    AnchorNotValid,
    AnchorUnknown,
    CutSince,
    GoneSince,
    RewrittenSince,
    SealsRewritten,
)
from services.installation.signing import Signer
from services.ledger.event_log import GENESIS, read_log
from tests.support.ledger import Ledger

KEY = "k" * 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that the operator chose."""
    folder = tmp_path_factory.mktemp("anchors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIGONG_ANCHOR_DIR", str(folder))
        patch.setenv("KAIGONG_SECRET_KEY", KEY)
        get_settings.cache_clear()
        yield folder
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def anchored(module_ledger: Ledger, folder: Path) -> Ledger:
    """Two projects, signed twice: between the anchors one of them went on."""
    ledger = module_ledger
    ledger.first, ledger.second = ledger.granted(), ledger.granted()
    sign(ledger)
    ledger.hand_in(ledger.second, "plan")
    sign(ledger)
    return ledger


@pytest.fixture
def owner(anchored: Ledger) -> Iterator[Connection]:
    """Whoever owns the database; what they do is undone afterwards."""
    with anchored.database.engine.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        connection.rollback()


@pytest.fixture
def spoiled(folder: Path) -> Iterator[Path]:
    """The folder, put back as it was afterwards."""
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    yield folder
    for path in folder.iterdir():
        path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)


def sign(ledger: Ledger) -> None:
    make_anchor(ledger.database, Anchors.of(get_settings()), ledger.now)


def kinds(report: AuditReport) -> set[tuple[type, str | None]]:
    return {(type(fault), fault.project) for fault in report.broken}


def rehash(connection: Connection, number: int) -> None:
    """The whole chain of a project anew, and its head: everything agrees with itself."""
    head, count = GENESIS, 0
    for logged, _ in list(read_log(connection, number)):
        head, count = logged.hashed(head), logged.seq
        place = {"hash": head, "p": number, "seq": logged.seq}
        connection.execute(
            text("UPDATE case_event SET hash = :hash WHERE project_id = :p AND seq = :seq"), place
        )
    connection.execute(
        text("UPDATE project SET event_hash = :h, event_count = :n WHERE id = :p"),
        {"h": head, "n": count, "p": number},
    )


def test_what_was_signed_is_whole(anchored, folder):
    with anchored.database.snapshot() as connection:
        report = audit(connection)
    assert report.ok, [fault.sentence() for fault in report.broken]
    assert report.anchored is not None
    assert (report.anchored.number, report.anchored.outside) == (2, True)
    assert [path.name for path in sorted(folder.iterdir())] == [
        "000001.anchor.json",
        "000002.anchor.json",
    ]
    second = json.loads((folder / "000002.anchor.json").read_text())
    number = anchored.facts(anchored.second).id
    assert list(json.loads(second["content"])["heads"]) == [f"{number}/{anchored.second}"]
    assert second["key"] == Signer(KEY).public


def test_a_chain_that_was_rehashed_whole_is_found(owner, anchored):
    number = anchored.facts(anchored.first).id
    owner.execute(
        text("UPDATE case_event SET actor = 'somebody' WHERE project_id = :p AND seq = 2"),
        {"p": number},
    )
    rehash(owner, number)
    assert kinds(audit(owner)) == {(RewrittenSince, anchored.first)}
    assert kinds(audit(owner, anchored.first)) == {(RewrittenSince, anchored.first)}


def test_a_tail_that_was_cut_is_found(owner, anchored):
    number = anchored.facts(anchored.second).id
    last = "(SELECT max(seq) FROM case_event WHERE project_id = :p)"
    owner.execute(
        text(f"DELETE FROM case_event WHERE project_id = :p AND seq = {last}"), {"p": number}
    )
    rehash(owner, number)
    assert (CutSince, anchored.second) in kinds(audit(owner))


def test_a_project_taken_away_with_its_seals_is_found(owner, anchored):
    number = anchored.facts(anchored.first).id
    for table in metadata.sorted_tables:
        if "project_id" in table.c:
            owner.execute(text(f"DELETE FROM {table.name} WHERE project_id = {number}"))
    owner.execute(text(f"DELETE FROM project WHERE id = {number}"))
    owner.execute(text(f"DELETE FROM seal WHERE rows ? '{number}/{anchored.first}'"))
    assert {(GoneSince, anchored.first), (SealsRewritten, None)} <= kinds(audit(owner))


def test_a_record_altered_with_its_seal_is_found(owner):
    owner.execute(text("UPDATE scenario_act SET actor = 'somebody'"))
    owner.execute(
        text("UPDATE seal SET rows = rows || jsonb_build_object('1', 'x') WHERE relation ="
             " 'scenario_act'")
    )  # fmt: skip
    assert (SealsRewritten, None) in kinds(audit(owner))


def test_anchors_cut_from_the_database_are_known_by_the_folder(owner):
    owner.execute(text("DELETE FROM anchor WHERE number = 2"))
    assert kinds(audit(owner)) == {(AnchorUnknown, None)}


def test_an_anchor_taken_from_the_folder_is_written_again(anchored, spoiled):
    (spoiled / "000001.anchor.json").unlink()
    with anchored.database.snapshot() as connection:
        assert audit(connection).ok, "the database has it, signed"
    write_files(anchored.database, Anchors.of(get_settings()))
    assert (spoiled / "000001.anchor.json").exists()


def test_an_anchor_gone_from_both_is_missing(owner, spoiled):
    (spoiled / "000001.anchor.json").unlink()
    owner.execute(text("DELETE FROM anchor WHERE number = 1"))
    assert (AnchorMissing, None) in kinds(audit(owner))


def test_an_anchor_of_somebody_else_is_not_ours(owner, anchored, spoiled):
    path = spoiled / "000002.anchor.json"
    said = json.loads(path.read_text())
    said["content"] = said["content"].replace(anchored.second, anchored.first)
    path.write_text(json.dumps(said))
    (spoiled / "000003.anchor.json").write_text("no anchor")
    report = audit(owner)
    names = {f.params["name"] for f in report.broken if isinstance(f, AnchorNotValid)}
    assert names == {"000002.anchor.json", "000003.anchor.json"}
    with pytest.raises(AnchorDiffers):
        write_files(anchored.database, Anchors.of(get_settings()))
    assert path.read_text() == json.dumps(said), "what is there is left alone"


def test_another_key_signs_on_where_the_earlier_one_is_named(anchored, spoiled):
    settings = get_settings()
    other = Anchors(spoiled, Signer("o" * 40))
    with pytest.raises(AnchorNotOurs):
        make_anchor(anchored.database, other, anchored.now)
    knowing = Anchors(spoiled, Signer("o" * 40, (Signer(KEY).public,)))
    with anchored.database.reading() as connection:
        assert all(hasattr(one, "number") for one in knowing.in_database(connection))
    assert settings.anchors_folder == spoiled


class _Receiver(BaseHTTPRequestHandler):
    status = 204
    got: list[bytes] = []  # noqa: RUF012 - one receiver, one list

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_the_address_is_told(ledger, tmp_path):
    """What is refused there was written here all the same."""
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    anchors = Anchors(tmp_path, Signer(KEY), f"http://127.0.0.1:{server.server_port}/anchors")
    try:
        make_anchor(ledger.database, anchors, ledger.now)
        assert _Receiver.got == [(tmp_path / "000001.anchor.json").read_bytes()]
        _Receiver.status = 500
        with pytest.raises(NotTold):
            make_anchor(ledger.database, anchors, ledger.now)
        assert (tmp_path / "000002.anchor.json").exists()
    finally:
        server.shutdown()
        server.server_close()
