"""Every refusal as an HTTP answer: a problem document (RFC 9457) for programs, a sentence for people."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from config.logs import get_logger
from config.texts import translator
from models.errors import (
    Conflict,
    InvalidInput,
    KaigongError,
    NotFound,
    NotPermitted,
    Unavailable,
)
from rules.decide import ItemChanged, ProjectNotActive
from rules.transitions import ActNotAllowed
from services.accounts import TokenNotValid, WrongPassword
from services.acts import KeyUsedBefore
from services.documents.files import FileTooLarge
from services.unit_of_work import AlreadyDone, LoginTaken, ProjectCodeTaken
from web.body_limit import BodyTooLarge, TextTooLarge
from web.rehearsals import OwnRehearsalRuns, RehearsalsBusy
from web.rendering import page
from web.sessions import FormExpired
from web.throttle import TooManyTries
from web.viewer import SignInNeeded, language_of, visitor

log = get_logger()

UNPROCESSABLE = 422
_STATUS: Sequence[tuple[type[KaigongError], int]] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (FormExpired, 403),
    (WrongPassword, 401),
    (TokenNotValid, 401),
    (TooManyTries, 429),
    (OwnRehearsalRuns, 429),
    (RehearsalsBusy, 429),
    (Conflict, 409),
    (ItemChanged, 409),
    (ActNotAllowed, 409),
    (ProjectNotActive, 409),
    (ProjectCodeTaken, 409),
    (LoginTaken, 409),
    (AlreadyDone, 409),
    (KeyUsedBefore, 409),
    (FileTooLarge, 413),
    (BodyTooLarge, 413),
    (TextTooLarge, 413),
    (Unavailable, 503),
)
TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not found",
    405: "Not possible here",
    409: "Overtaken by events",
    413: "Too large",
    UNPROCESSABLE: "Please correct the input",
    429: "Too many tries",
    500: "A fault of ours",
    503: "Not available right now",
}
REMEDIES: Mapping[str, str] = {
    "missing": "Fill this in.",
    "string_too_short": "Fill this in.",
    "too_short": "Choose at least one.",
    "string_too_long": "Use at most {max_length} characters.",
    "date_from_datetime_parsing": "Give a date as YYYY-MM-DD.",
    "date_parsing": "Give a date as YYYY-MM-DD.",
    "date_type": "Give a date as YYYY-MM-DD.",
    "int_parsing": "Give a whole number.",
    "int_type": "Give a whole number.",
    "greater_than_equal": "Give at least {ge}.",
    "less_than_equal": "Give at most {le}.",
    "enum": "Choose one of: {expected}.",
    "literal_error": "Choose one of: {expected}.",
    "union_tag_invalid": "Choose one of: {expected_tags}.",
    "union_tag_not_found": "Name the act.",
    "extra_forbidden": "Leave it out: it is not known here.",
    "json_invalid": "Send one JSON document.",
    "string_unicode": "It holds characters that cannot be kept; leave them out.",
}


class NotAnAddress(NotFound):
    """There is no page here: {value}. Check the address, or start from the first page."""


class MethodNotPossible(KaigongError):
    """The address does not take {value}. The description of the API names what it takes."""


class NotUnderstood(KaigongError):
    """The request cannot be read ({value}). Check its headers and its content."""


class OwnFault(KaigongError):
    """Kaigong met a fault of its own. Nothing was changed; try again, and pass on the number {value} if it stays."""


def install(app: FastAPI) -> None:
    """Answer every kind of error in one of the two ways."""
    app.add_exception_handler(KaigongError, _refused)
    app.add_exception_handler(ValidationError, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(DBAPIError, _refused)
    # A text with NUL characters is refused by the driver, before it reaches the database.
    app.add_exception_handler(ValueError, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(Exception, _fault)


def status_of(error: KaigongError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), UNPROCESSABLE)


def as_refusal(error: Exception) -> tuple[KaigongError, ...]:
    """An error of any kind as refusals in our own words, the first one first."""
    if isinstance(error, KaigongError):
        return (error,)
    if isinstance(error, ValidationError | RequestValidationError):
        return tuple(_invalid(error.errors()))
    if isinstance(error, HTTPException):
        return (_http(error),)
    if isinstance(error, DataError) or "NUL" in str(error):
        remedy = "It holds characters that cannot be kept; leave them out."
        return (InvalidInput(field="input", value="–", remedy=remedy),)
    if isinstance(error, OperationalError | InterfaceError):
        remedy = "Check that it runs; 'kaigong doctor' says more."
        return (Unavailable(part="PostgreSQL", reason=type(error.orig).__name__, remedy=remedy),)
    raise error


def plain(error: KaigongError, translate: Callable[[str], str]) -> str:
    """The sentence for a page: without the name of the field that programs want in front."""
    sentence = error.sentence(translate)
    return sentence.removeprefix(f"{error.field}: ") if error.field else sentence


def problem(
    refusals: Sequence[KaigongError], status: int, translate: Callable[[str], str]
) -> dict[str, Any]:
    """A problem document (RFC 9457) for one or more refusals."""
    first = refusals[0]
    return {
        "type": f"urn:kaigong:problem:{first.code}",
        "title": translate(TITLES.get(status, "Please correct the input")),
        "status": status,
        "detail": first.sentence(translate),
        "errors": [
            {"code": e.code, "field": e.field, "message": e.sentence(translate)} for e in refusals
        ],
    }


def _http(error: HTTPException) -> KaigongError:
    if error.status_code == 404:  # noqa: PLR2004 - the routing's own answer
        return NotAnAddress(value=error.detail)
    if error.status_code == 405:  # noqa: PLR2004 - the routing's own answer
        return MethodNotPossible(value=error.detail)
    return NotUnderstood(value=error.detail)


def _invalid(faults: Iterable[Mapping[str, Any]]) -> Iterable[KaigongError]:
    for fault in faults:
        place = [str(part) for part in fault["loc"] if part not in {"body", "query", "path"}]
        given = "" if fault["type"] == "missing" else _brief(fault.get("input"))
        remedy = REMEDIES.get(fault["type"], fault["msg"])
        # A tagged union puts the tag in front of the field.
        field = _brief(place[-1]) if place else "input"
        yield _Remedied(field, given, remedy, fault.get("ctx") or {})


class _Remedied(InvalidInput):
    """{field}: {value} is not valid. {remedy}"""

    code = "invalid_input"

    def __init__(self, field: str, value: str, remedy: str, details: Mapping[str, Any]) -> None:
        self._remedy, self._details = remedy, details
        super().__init__(field=field, value=value or "–", remedy=remedy)

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        try:
            remedy = translate(self._remedy).format(**self._details)
        except (KeyError, IndexError, ValueError):
            remedy = self._remedy
        field, value = translate(self.field or ""), self.params.get("value", "–")
        return translate(InvalidInput.template()).format(field=field, value=value, remedy=remedy)


def _brief(value: Any) -> str:
    # JSON can hold half of a sign, which no answer can repeat.
    words = str(value).encode(errors="replace").decode()
    return words if len(words) <= 60 else words[:57] + "…"  # noqa: PLR2004 - enough to recognise it


def is_api(request: Request) -> bool:
    """Whether a program asked, that wants a problem document."""
    return request.url.path.startswith("/api/")


def answer(request: Request, refusals: Sequence[KaigongError], status: int) -> Response:
    """The answer to a request that was refused."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 and is_api(request) else None  # noqa: PLR2004
    if is_api(request):
        translate = translator(language_of(request))
        return JSONResponse(
            problem(refusals, status, translate),
            status_code=status,
            media_type="application/problem+json",
            headers=headers,
        )
    if status in (500, 503):
        return _bare(request, refusals[0], status)
    reader = visitor(request)
    return page(
        request,
        reader,
        "error.html",
        status=status,
        title=TITLES.get(status, "Please correct the input"),
        sentence=plain(refusals[0], reader.translate),
    )


def _bare(request: Request, refusal: KaigongError, status: int) -> Response:
    """A page that needs no database: it may be the database that is missing."""
    language = language_of(request)
    translate = translator(language)
    template = request.app.state.portal.templates.get_template("bare_error.html")
    body = template.render(
        lang=language, title=translate(TITLES[status]), sentence=plain(refusal, translate)
    )
    return Response(body, status, media_type="text/html; charset=utf-8")


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and isinstance(error.__cause__, KaigongError):
        # A body that is refused while it comes in: the framework calls it one that cannot be read.
        error = error.__cause__
    refusals = as_refusal(error)
    status = error.status_code if isinstance(error, HTTPException) else status_of(refusals[0])
    return answer(request, refusals, status)


def _sign_in(request: Request, _error: Exception) -> Response:
    return RedirectResponse(_sign_in_address(request), status_code=303)


def _sign_in_address(request: Request) -> str:
    """The sign-in form that leads back to the page that was asked for."""
    if request.method != "GET" or request.url.path == "/":
        return "/sign-in"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/sign-in?back={quote(request.url.path + query)}"


def _fault(request: Request, error: Exception) -> Response:
    number = uuid.uuid4().hex[:8]
    log.error("request_failed", number=number, path=request.url.path, exc_info=error)
    return answer(request, (OwnFault(value=number),), 500)
