"""The signature in a document's file: it holds for that file alone, and for nothing that was changed."""

from __future__ import annotations

import base64
import io
from datetime import date

import pypdf
import pytest

from services.documents.rendering import set_page
from services.documents.signed_page import (
    MARK,
    NotAsSigned,
    NotSigned,
    UnknownKey,
    _line,
    check_page,
    sign_page,
)
from services.installation.signing import Signer

SIGNER, OTHER = Signer("k" * 48), Signer("o" * 48)
KEYS = [SIGNER.public]
PAGE = b"%PDF-1.7 a page\n%%EOF\n"
NUMBER = "秦汉受理〔2026〕0001号"


def signed(page: bytes = PAGE, signer: Signer = SIGNER) -> bytes:
    return sign_page(page, "acceptance_notice", NUMBER, date(2026, 11, 30), signer)


def test_it_says_what_the_file_is_and_is_the_same_every_time():
    claims = check_page(signed(), [OTHER.public, *KEYS])
    assert (claims.kind, claims.number) == ("acceptance_notice", NUMBER)
    assert claims.issued_on == date(2026, 11, 30)
    assert signed() == signed()
    assert signed().startswith(PAGE)


def test_nothing_that_was_changed_passes():
    whole = signed()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises((NotAsSigned, NotSigned, UnknownKey)):
            check_page(bytes(changed), KEYS)
    for cut in (whole[:-40], whole + b"more", PAGE + MARK, PAGE + MARK + b"x y\n"):
        with pytest.raises(NotAsSigned):
            check_page(cut, KEYS)


def test_whose_it_is_not_is_told_apart():
    with pytest.raises(NotSigned):
        check_page(PAGE, KEYS)
    with pytest.raises(UnknownKey):
        check_page(signed(signer=OTHER), KEYS)
    # The line of one document behind another one.
    line = signed().removeprefix(PAGE)
    with pytest.raises(NotAsSigned):
        check_page(b"%PDF-1.7 another\n%%EOF\n" + line, KEYS)
    # What the installation signed for another purpose is no document.
    said = base64.b64decode(line.split()[1])
    with pytest.raises(UnknownKey):
        check_page(PAGE + MARK + _line(said, SIGNER.sign(said.decode())), KEYS)


def test_readers_open_it(tmp_path):
    template = tmp_path / "page.typ"
    template.write_text("a page")
    page = signed(set_page(template, {}))
    assert check_page(page, KEYS).number == NUMBER
    assert (
        pypdf.PdfReader(io.BytesIO(page), strict=True).pages[0].extract_text().strip() == "a page"
    )
