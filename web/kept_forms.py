"""A form that was sent after the sign-in had ended: nothing is done, and nothing typed is lost.

It is carried by the sign-in page that answers it. Whoever typed it finds it filled in on its page once
they are signed in again, and sends it themselves; nobody else gets to see it, and it is never sent as
somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request

from models.errors import NotPermitted
from services.people import kept_forms
from services.people.viewer import Viewer, Visitor
from web.portal import Portal, portal_of
from web.sessions import own_address, owner_of

#: Fields of every form: who had it open, and on which page.
BY, PAGE = "form_of", "form_page"
#: The field of the sign-in form that carries it, and the part of an address that finds it.
KEPT = "kept"
#: Signs that are carried; a larger form has its text in a file.
MOST = 1_000_000
#: Fields that every form has anew, and secrets, which nobody may read in a page.
LEFT_OUT = frozenset(
    {"csrf", "key", BY, PAGE, "old", "new", "password", "otp", "channel_address", "credential"}
)


class OfSomebodyElse(NotPermitted):
    template = "form: {typed_by} filled this form in, and you are {signed_in}. It was not sent. Sign in as {typed_by} to go on with it."
    field = "form"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was typed, by whom, and on which page."""

    by: str
    page: str
    fields: Mapping[str, list[str]]

    @property
    def text(self) -> str:
        """For a field of the sign-in form."""
        return json.dumps(asdict(self), ensure_ascii=False)


def form_to_keep(request: Request, fields: Mapping[str, list[str]]) -> KeptForm | None:
    """A form of one of our pages that cannot be sent now; ``None`` where nothing would be lost."""
    by = owner_of(portal_of(request), _first(fields, BY), _first(fields, "csrf"))
    page = _without_kept(own_address(_first(fields, PAGE)))
    typed = {name: values for name, values in fields.items() if name not in LEFT_OUT}
    if by is None or not typed or page == "/" or _from_elsewhere(request):
        return None
    form = KeptForm(by, page, typed)
    return form if len(form.text) <= MOST else None


def carried(text: str) -> KeptForm | None:
    """The form that a sign-in form carries."""
    try:
        values = json.loads(text[:MOST]) if text else None
    except ValueError:
        return None
    if not isinstance(values, dict) or not isinstance(values.get("fields"), dict):
        return None
    fields = {
        str(name): [str(part) for part in listed]
        for name, listed in values["fields"].items()
        if isinstance(listed, list)
    }
    page = _without_kept(own_address(str(values.get("page", "/"))))
    return KeptForm(str(values.get("by", "")), page, fields)


def check_typed_by(form: KeptForm | None, login: str) -> None:
    """Refuse to show a form to anybody but who typed it."""
    if form is not None and form.by != login:
        raise OfSomebodyElse(typed_by=form.by, signed_in=login)


def kept_address(portal: Portal, form: KeptForm) -> str:
    """Keep a form for whoever typed it, who is signed in; answers where it is filled in again."""
    parts = urlsplit(form.page)
    key = kept_forms.keep(portal.database, form.by, parts.path, form.fields)
    query = "&".join(part for part in (parts.query, urlencode({KEPT: key})) if part)
    return f"{parts.path}?{query}"


def typed_before(request: Request, viewer: Visitor, portal: Portal) -> dict[str, Any]:
    """What the viewer typed on this page before the sign-in ended; empty where there is nothing."""
    form = request.query_params.get(KEPT, "") if request.method == "GET" else ""
    if not form or not isinstance(viewer, Viewer):
        return {}
    login, page = viewer.account.login, request.url.path
    return dict(kept_forms.kept(portal.database, login, page, form) or {})


def _first(fields: Mapping[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _without_kept(address: str) -> str:
    parts = urlsplit(address)
    rest = "&".join(
        part for part in parts.query.split("&") if part and not part.startswith(f"{KEPT}=")
    )
    return f"{parts.path}?{rest}" if rest else parts.path


def _from_elsewhere(request: Request) -> bool:
    """Whether another site sent it: browsers say so."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = bool(origin) and urlsplit(str(origin)).netloc != request.url.netloc
    return foreign or site != "same-origin"
