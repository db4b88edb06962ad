"""The portal and its REST API as one application."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from config.settings import Settings, get_settings
from services.unit_of_work import Database, configured_database
from web import health, problems
from web.api import rehearsals, scenario_tools, v1
from web.api import scenarios as scenario_api
from web.api.description import describe
from web.body_limit import BodyLimit
from web.headers import SecurityHeaders
from web.pages import (
    account,
    attributes,
    deficiencies,
    files,
    guides,
    inbox,
    items,
    projects,
    registration,
    scenario_changes,
    scenario_editor,
    scenario_forms,
    scenario_items,
    scenario_new,
    scenario_rehearsal,
    scenarios,
    sign_in,
)
from web.portal import Portal, install
from web.static_files import KeptFiles
from web.templating import STATIC

#: A form may bring several papers at once, each within the limit of one file.
FILES_AT_ONCE = 8
#: Megabytes of a form with a scenario in it, letters beyond ASCII written as %E4%B8%AD.
TEXTS = {"/scenarios": 10, "/api/v1/scenarios": 4}
#: "/projects/new" is not a project and "/scenarios/new" no scenario: their forms come first.
PAGES = (
    sign_in,
    registration,
    projects,
    attributes,
    items,
    files,
    inbox,
    deficiencies,
    scenario_new,
    scenarios,
    scenario_changes,
    scenario_editor,
    scenario_items,
    scenario_rehearsal,
    scenario_forms,
    guides,
    account,
)


def create_app(database: Database | None = None, settings: Settings | None = None) -> FastAPI:
    """A portal over a database; without one, over the one that the settings name."""
    settings = settings or get_settings()
    portal = Portal(database or configured_database(), settings)
    app = FastAPI(
        title="Kaigong",
        version=version("kaigong"),
        summary="The approval of engineering projects, from land to keys.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    install(app, portal)
    problems.install(app)
    app.add_middleware(BodyLimit, limit_mb=settings.upload_limit_mb * FILES_AT_ONCE, texts=TEXTS)
    app.add_middleware(health.Measure, figures=health.install(app))
    app.add_middleware(SecurityHeaders, secure=portal.secure)
    app.include_router(health.router)
    app.include_router(v1.router, responses=v1.PROBLEMS)
    app.include_router(rehearsals.router, responses=v1.PROBLEMS)
    app.include_router(scenario_api.router, responses=v1.PROBLEMS)
    app.include_router(scenario_tools.router, responses=v1.PROBLEMS)
    for module in PAGES:
        app.include_router(module.router, include_in_schema=False)
    describe(app)
    app.mount("/static", KeptFiles(directory=STATIC))
    return app
