"""Names of files in the headers of downloads: whatever stands in them, they stay a name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from services.documents.kinds import ENDINGS, MAGIC, PHOTO, SHOWN_IN_PLACE, name_for
from web.answers.files import FILE_POLICY, file_answer

NAMES = (
    'a"; filename="b.html',
    "a\r\nSet-Cookie: kaigong_session=x",
    "a\nb.pdf",
    "a\x00.html",
    "../../etc/passwd",
    "a;filename*=UTF-8''b.html",
    "规划方案 第2稿.pdf",
    "%0d%0aX: y",
    "a" * 300,
)


def answered(name: str, media_type: str):
    file = SimpleNamespace(media_type=media_type, head=b"x", size=1, parts=iter([b"x"]))
    return file_answer(file, name)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_one_parameter_of_one_header(name):
    headers = answered(name, "application/pdf").raw_headers
    (told,) = (value for key, value in headers if key == b"content-disposition")
    assert told.startswith(b"inline; filename*=UTF-8''")
    kept = told.removeprefix(b"inline; filename*=UTF-8''")
    assert not set(kept) & set(b"\r\n\"; \x00,'")
    assert b"set-cookie" not in {key for key, _ in headers}


def test_only_what_browsers_show_safely_is_shown():
    """No HTML, SVG or XML among them; everything else is saved, and nothing in it runs."""
    assert {"application/pdf", "image/png", "image/jpeg"} == SHOWN_IN_PLACE
    for media_type in {kind for _, kind in MAGIC} - SHOWN_IN_PLACE | {"text/plain", "text/html"}:
        headers = answered("a", media_type).headers
        assert headers["content-disposition"].startswith("attachment;")
    assert "script-src" not in FILE_POLICY
    assert "default-src 'none'" in FILE_POLICY


@pytest.mark.parametrize(
    ("name", "media_type", "handed_out"),
    [
        ("plan.PDF", "application/pdf", "plan.PDF"),
        ("plan.pdf.html", "application/pdf", "plan.pdf.html.pdf"),
        ("run.js", "text/plain", "run.js.txt"),
        ("run.bat", "text/plain", "run.bat.txt"),
        ("table.csv", "text/plain", "table.csv"),
        ("photo", PHOTO, "photo.heic"),
        ("setup.msi", "application/x-ole-storage", "setup.msi.doc"),
        ("tool.jar", "application/zip", "tool.jar.zip"),
    ],
)
def test_a_name_ends_as_its_content_is(name, media_type, handed_out):
    assert name_for(name, media_type) == handed_out


def test_every_kind_that_is_taken_has_its_ending():
    assert {kind for _, kind in MAGIC} | {"text/plain", PHOTO} <= ENDINGS.keys()
