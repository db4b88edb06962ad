"""Looking a document up by its code: whoever holds it sees it, and nobody tries codes without end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from models.errors import NotFound
from web.portal import portal_of
from web.sessions import address_of


@contextmanager
def guesses_counted(request: Request) -> Iterator[None]:
    """Count a code of no document for the address that it comes from; too many are refused (429)."""
    try:
        yield
    except NotFound as wrong:
        portal_of(request).sign_ins.refuse_code(address_of(request), wrong)
