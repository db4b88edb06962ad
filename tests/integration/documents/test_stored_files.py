"""Files in parts: the same bytes come back, nothing is whole in memory, and what nobody needs goes."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import Role
from services.cases.requirements import FileMissing
from services.documents import files
from services.documents.files import (
    PART,
    Sender,
    TooMuchSent,
    TooMuchWaiting,
    attach,
    read_file,
    remove_orphans,
    store_file,
)
from services.documents.kinds import ZIP_LIST, media_type_of
from tests.support.ledger import uploaded
from tests.support.people import APPLICANT
from tests.support.yard import ENTERPRISE


@pytest.fixture
def ledger(module_ledger):
    with module_ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role, enterprise) VALUES (:login, 'A', :role, :of)"
                " ON CONFLICT DO NOTHING"
            ),
            {"login": APPLICANT.login, "role": Role.APPLICANT, "of": ENTERPRISE},
        )
    return module_ledger


class Counting(io.BytesIO):
    """A file that remembers how much was asked of it at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.most = max(self.most, len(found))
        return found


def pdf(megabytes: float, mark: bytes = b"") -> bytes:
    head = b"%PDF-1.7 " + mark
    return head + bytes(int(megabytes * 1024 * 1024) - len(head))


def stored(ledger, content: bytes, **more) -> str:
    return store_file(ledger.database, io.BytesIO(content), "a.pdf", 5, **more).sha256


def age(ledger, sha256: str, hours: int) -> None:
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "UPDATE stored_file SET created_at = now() - make_interval(hours => :h)"
                " WHERE sha256 = :sha256"
            ),
            {"h": hours, "sha256": sha256},
        )


def swept(ledger) -> int:
    with ledger.database.transaction() as connection:
        return remove_orphans(connection)


@pytest.mark.parametrize("size", [1, 2.2, PART / 1024 / 1024])
def test_a_file_comes_back_as_it_was_part_after_part(ledger, size):
    content = pdf(size, str(size).encode())
    source = Counting(content)
    kept = store_file(ledger.database, source, "plan.pdf", 5)
    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert source.most <= PART
    found = read_file(ledger.database, kept.sha256)
    parts = list(found.parts)
    assert max(map(len, parts)) <= PART
    assert b"".join(parts) == content == found.content


def test_the_list_of_a_zip_file_is_not_read_at_any_length():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.txt", "x")
    whole = bytearray(content.getvalue())
    place = whole.rfind(b"PK\x05\x06") + 12
    whole[place : place + 4] = (ZIP_LIST + 1).to_bytes(4, "little")
    source = Counting(bytes(whole))
    assert media_type_of(source) == "application/zip"
    assert source.most <= 65536 * 2


def test_what_nobody_attached_goes_after_a_day_and_what_was_attached_stays(ledger):
    orphan, young, used, again = (
        stored(ledger, pdf(0.1, name)) for name in (b"a", b"b", b"c", b"d")
    )
    for sha256 in (orphan, used, again):
        age(ledger, sha256, files.ORPHAN_HOURS + 1)
    project = ledger.register()
    with ledger.database.transaction() as connection:
        uploaded(connection, used, APPLICANT)
    command = c.SubmitMaterial(material="plan", file_name="a.pdf", sha256=used)
    ledger.do(project, command)
    assert stored(ledger, pdf(0.1, b"d")) == again  # sent anew: it waits another day
    assert swept(ledger) == 1
    with ledger.database.reading() as connection:
        left = set(connection.execute(text("SELECT sha256 FROM stored_file")).scalars())
    assert {young, used, again} <= left
    assert orphan not in left
    with pytest.raises(FileMissing):
        ledger.do(project, command.model_copy(update={"sha256": orphan}))


def test_a_file_that_is_being_attached_is_not_removed_meanwhile(ledger):
    sha256 = stored(ledger, pdf(0.1, b"race"))
    age(ledger, sha256, files.ORPHAN_HOURS + 1)
    with ledger.database.transaction() as connection:
        assert attach(connection, sha256)
    assert swept(ledger) == 0
    with ledger.database.transaction() as connection:
        assert attach(connection, sha256)
        assert not attach(connection, "0" * 64)


def test_an_account_sends_so_much_an_hour_and_leaves_so_much_lying(ledger):
    content = [pdf(0.6, f"quota {number}".encode()) for number in range(3)]
    hour = Sender(APPLICANT.login, 1, 100)
    first = stored(ledger, content[0], sender=hour)
    with pytest.raises(TooMuchSent):
        stored(ledger, content[1], sender=hour)
    lying = Sender(APPLICANT.login, 100, 1)
    with pytest.raises(TooMuchWaiting):
        stored(ledger, content[1], sender=lying)
    with ledger.database.transaction() as connection:
        attach(connection, first)
    assert stored(ledger, content[1], sender=lying)
    with ledger.database.transaction() as connection:
        connection.execute(text("UPDATE file_upload SET uploaded_at = now() - interval '2 hours'"))
    assert stored(ledger, content[2], sender=hour)
