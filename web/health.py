"""Health endpoints for operators: liveness, readiness and Prometheus metrics."""

from __future__ import annotations

import secrets
import time
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as exposition
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.installation.heartbeat import last_watch
from services.installation.policy_in_force import policy_fault
from services.unit_of_work import Database
from web.hosts import LOOPBACK
from web.portal import Portal
from web.problems import NotAnAddress
from web.viewer import PortalHere

router = APIRouter()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Figures:
    """The metrics of one portal."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter(
            "kaigong_requests", "Requests answered.", labels, registry=self.registry
        )
        self.seconds = Histogram(
            "kaigong_request_seconds",
            "Time to answer a request.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.ledger = Gauge(
            "kaigong_ledger", "Rows that wait for something.", ("what",), registry=self.registry
        )
        self.watch_age = Gauge(
            "kaigong_watch_age_seconds",
            "Since the last deadline watch came to its end; NaN before the first.",
            registry=self.registry,
        )


class Measure:
    """Counts and times requests by their route; middleware."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request and record its count and duration."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_and_record(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_record)
        finally:
            route, method = _route(scope), scope["method"]
            self._figures.requests.labels(method, route, str(status)).inc()
            self._figures.seconds.labels(method, route).observe(time.perf_counter() - began)


def install(app: FastAPI) -> Figures:
    """Keep the figures with the application."""
    figures = Figures()
    app.state.figures = figures
    return figures


@router.get("/healthz", include_in_schema=False)
async def alive() -> Response:
    """The process answers, whatever its threads are busy with."""
    return PlainTextResponse("ok")


@router.get("/readyz", include_in_schema=False)
def ready(portal: PortalHere) -> Response:
    """The database answers, at the version of the tables that this portal was written for; and whether
    it goes by the policy in force and how long ago the last deadline watch was, which is no reason to
    close it.
    """
    from models.migrations import current_revision, head_revision

    with portal.database.reading() as connection:
        revision, head = current_revision(connection), head_revision()
    state: dict[str, Any] = {"ready": revision == head, "database": revision, "portal": head}
    state["installation"] = portal.settings.fingerprint
    if revision == head:
        state["policy"] = "differs" if policy_fault(portal.database) else "in force"
        state |= _watch_state(portal.database)
    return JSONResponse(state, status_code=200 if revision == head else 503)


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, portal: PortalHere) -> Response:
    """The figures, in the format of Prometheus; for whoever has the token, or is on this machine."""
    _check_may_measure(request, portal)
    figures: Figures = request.app.state.figures
    for what, count in _waiting(portal.database).items():
        figures.ledger.labels(what).set(count)
    age = _watch_state(portal.database)["watch_age_seconds"]
    figures.watch_age.set(float("nan") if age is None else age)
    return Response(exposition(figures.registry), media_type=CONTENT_TYPE_LATEST)


def _watch_state(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        last = last_watch(connection)
    if last is None:
        return {"watch": "never", "watch_age_seconds": None}
    watch = "stands still" if last.stands_still else "goes round"
    return {"watch": watch, "watch_age_seconds": last.seconds}


def _check_may_measure(request: Request, portal: Portal) -> None:
    """Raise ``NotAnAddress`` for whoever the figures are not for."""
    expected = portal.settings.metrics_token
    if expected is None:
        if portal.settings.host not in LOOPBACK:
            raise NotAnAddress(value="/metrics")
        return
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), expected.get_secret_value().encode()):
        raise NotAnAddress(value="/metrics")


def _waiting(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return dict(connection.execute(_WAITING).mappings().one())


def _route(scope: Scope) -> str:
    """The pattern of the address, so that no project has a series of its own."""
    route: Any = scope.get("route")
    return getattr(route, "path", "unknown")


_WAITING = text(
    "SELECT (SELECT count(*) FROM project WHERE state = 'active') AS open_projects,"
    " (SELECT count(*) FROM wake_up) AS wake_ups,"
    " (SELECT count(*) FROM notice WHERE expanded_at IS NULL) AS notices_to_expand,"
    " (SELECT count(*) FROM delivery WHERE state = 'pending') AS deliveries_pending,"
    " (SELECT count(*) FROM delivery WHERE state = 'failed') AS deliveries_failed"
)
