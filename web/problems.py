"""Every refusal as an HTTP answer: a problem document (RFC 9457) for programs, a sentence for people."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
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
    NAMELESS,
    Conflict,
    InvalidInput,
    KaigongError,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    TooLarge,
    TooOften,
    Unavailable,
)
from models.values import Text
from services.wording.refusal_words import plain
from web.headers import headers_of
from web.portal import portal_of
from web.rendering import page
from web.signing_in_again import sign_in_again
from web.viewer import SignInNeeded, language_of, visitor

log = get_logger()

UNPROCESSABLE = 422
#: Faults of one input that are told; a document of a megabyte can have tens of thousands.
MOST_FAULTS = 50
#: A refusal has the status of its kind; every other one means that the input is wrong.
_STATUS: Mapping[type[KaigongError], int] = {
    NotFound: 404,
    NotPermitted: 403,
    NotAuthenticated: 401,
    TooOften: 429,
    Conflict: 409,
    TooLarge: 413,
    Unavailable: 503,
}
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
    template = "There is no page here: {value}. Check the address, or start from the first page."


class SessionEnded(NotAuthenticated):
    template = "Nobody is signed in here any more. Sign in to the portal and look again."


class MethodNotPossible(KaigongError):
    template = "The address does not take {value}. The description of the API names what it takes."


class NotUnderstood(KaigongError):
    template = "The request cannot be read ({value}). Check its headers and its content."


class OwnFault(KaigongError):
    template = "Kaigong met a fault of its own. Nothing was changed; try again, and pass on the number {value} if it stays."


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
    return next(
        (status for kind, status in _STATUS.items() if isinstance(error, kind)), UNPROCESSABLE
    )


def as_refusal(error: Exception) -> tuple[KaigongError, ...]:
    """An error of any kind as refusals in our own words, the first one first."""
    if isinstance(error, KaigongError):
        return (error,)
    if isinstance(error, ValidationError | RequestValidationError):
        return tuple(islice(_invalid(error.errors()), MOST_FAULTS))
    if isinstance(error, HTTPException):
        return (_http(error),)
    if isinstance(error, DataError) or "NUL" in str(error):
        remedy = "It holds characters that cannot be kept; leave them out."
        return (InvalidInput(field="input", value="–", remedy=remedy),)
    if isinstance(error, OperationalError | InterfaceError):
        remedy = "Check that it runs; 'kaigong doctor' says more."
        return (Unavailable(part="PostgreSQL", reason=type(error.orig).__name__, remedy=remedy),)
    raise error


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


#: How the branches of a union of plain values are called behind the field: no word for a person.
_BRANCHES = frozenset({"bool", "int", "float", "str", "constrained-int", "constrained-str"})


def _invalid(faults: Iterable[Mapping[str, Any]]) -> Iterable[KaigongError]:
    for fault in _one_of_each_value(faults):
        place = [str(part) for part in fault["loc"] if part not in {"body", "query", "path"}]
        value = "" if fault["type"] == "missing" else _brief(fault.get("input"))
        remedy = REMEDIES.get(fault["type"], fault["msg"])
        # A tagged union puts the tag in front of the field.
        field = _brief(place[-1]) if place else "input"
        yield _Remedied(field, value, remedy, fault.get("ctx") or {})


def _one_of_each_value(faults: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """A value that fits no branch of a union has one fault a branch: the one about its bounds counts.

    Its place is that of the value; where it stands in a mapping, with the mapping's name.
    """
    chosen: dict[tuple[object, ...], Mapping[str, Any]] = {}
    for fault in faults:
        # A fault of the whole, such as an act that there is not, has no place.
        place, last = fault["loc"][:-1], fault["loc"][-1:]
        if not place or last[0] not in _BRANCHES:
            chosen[fault["loc"]] = fault
            continue
        named = {**fault, "loc": (*place[:-2], ".".join(str(part) for part in place[-2:]))}
        bounds = fault["type"] in {"less_than_equal", "greater_than_equal"}
        if bounds or place not in chosen:
            chosen[place] = named
    return chosen.values()


class _Remedied(InvalidInput):
    """A fault that pydantic found; details fill its remedy."""

    code = "invalid_input"

    def __init__(self, field: str, value: str, remedy: str, details: Mapping[str, Any]) -> None:
        self._remedy, self._details = remedy, details
        super().__init__(field=field, value=value or "–", remedy=remedy)

    def sentence(
        self, translate: Callable[[str], str] = str, names: Mapping[str, Text] = NAMELESS
    ) -> str:
        self.params["remedy"] = self._filled(translate)
        return super().sentence(translate, names)

    def _filled(self, translate: Callable[[str], str]) -> str:
        try:
            return translate(self._remedy).format(**self._details)
        except (KeyError, IndexError, ValueError):
            return self._remedy


def _brief(value: Any) -> str:
    # JSON can hold half of a sign, which no answer can repeat.
    words = str(value).encode(errors="replace").decode()
    return words if len(words) <= 60 else words[:57] + "…"  # noqa: PLR2004 - enough to recognise it


def is_api(request: Request) -> bool:
    """Whether the request comes from an API client, which expects a problem document."""
    return request.url.path.startswith(("/api/", "/prefect/api/"))


def answer(request: Request, refusals: Sequence[KaigongError], status: int) -> Response:
    """The answer to a request that was refused."""
    request.state.refused = refusals[0].code
    headers = _headers(status) if is_api(request) else {}
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
    viewer = visitor(request)
    return page(
        request,
        viewer,
        "error.html",
        status=status,
        title=TITLES.get(status, "Please correct the input"),
        sentence=plain(refusals[0], viewer.translate),
    )


#: Seconds after which somebody who met a busy portal should come again.
RETRY_SECONDS = 5
#: The same for whoever asked too often: a budget is of a minute.
BUDGET_SECONDS = 60


def _headers(status: int) -> dict[str, str]:
    """What a program needs to know beside the problem."""
    headers = {
        401: {"WWW-Authenticate": "Bearer"},
        429: {"Retry-After": str(BUDGET_SECONDS)},
        503: {"Retry-After": str(RETRY_SECONDS)},
    }
    return headers.get(status, {})


def _bare(request: Request, refusal: KaigongError, status: int) -> Response:
    """A page that needs no database: it may be the database that is missing."""
    language = language_of(request)
    translate = translator(language)
    template = request.app.state.portal.templates.get_template("bare_error.html")
    body = template.render(
        lang=language, title=translate(TITLES[status]), sentence=plain(refusal, translate)
    )
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}  # noqa: PLR2004
    return Response(body, status, media_type="text/html; charset=utf-8", headers=headers)


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and isinstance(error.__cause__, KaigongError):
        # A body that is refused while it comes in: the framework calls it one that cannot be read.
        error = error.__cause__
    refusals = as_refusal(error)
    status = error.status_code if isinstance(error, HTTPException) else status_of(refusals[0])
    return answer(request, refusals, status)


def _sign_in(request: Request, error: Exception) -> Response:
    if is_api(request):
        return answer(request, (SessionEnded(),), 401)
    if isinstance(error, SignInNeeded) and error.typed is not None:
        return sign_in_again(request, error.typed, error.signed_in, SessionEnded())
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
    response = answer(request, (OwnFault(value=number),), 500)
    # The framework answers a fault outside of everything else, the headers of every answer among it.
    response.headers.update(headers_of(secure=portal_of(request).secure))
    return response
