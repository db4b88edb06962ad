"""For whoever runs the portal: is it alive, is it ready, and its figures for Prometheus."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as exposition
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.policy_in_force import policy_fault
from services.unit_of_work import Database
from web.viewer import PortalHere

router = APIRouter()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Figures:
    """The figures of one portal."""

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


class Measure:
    """Counts and times requests by their route; middleware."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and take its figures."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
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
def alive() -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz", include_in_schema=False)
def ready(portal: PortalHere) -> Response:
    """The database answers, at the version of the tables that this portal was written for; and whether
    it goes by the policy in force, which is no reason to close it.
    """
    from models.migrations import current_revision, head_revision

    with portal.database.reading() as connection:
        found, wanted = current_revision(connection), head_revision()
    state = {"ready": found == wanted, "database": found, "portal": wanted}
    if found == wanted:
        state["policy"] = "differs" if policy_fault(portal.database) else "in force"
    return JSONResponse(state, status_code=200 if found == wanted else 503)


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, portal: PortalHere) -> Response:
    """The figures, in the format of Prometheus."""
    figures: Figures = request.app.state.figures
    for what, count in _waiting(portal.database).items():
        figures.ledger.labels(what).set(count)
    return Response(exposition(figures.registry), media_type=CONTENT_TYPE_LATEST)


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
