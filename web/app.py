"""The portal and its REST API as one application."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from config.settings import Settings, get_settings
from services.unit_of_work import Database, configured_database
from web import health, problems
from web import proof as need_proof
from web.api import cases, documents, matters, notices
from web.api import handovers as handovers_api
from web.api import ledgers as ledger_api
from web.api import organisation as organisation_api
from web.api import people as tokens
from web.api import stewards as stewards_api
from web.api.description import describe
from web.api.scenarios import rehearsals
from web.api.scenarios import tools as scenario_tools
from web.api.scenarios import versions as scenario_api
from web.body_limit import BodyLimit, limits
from web.headers import SecurityHeaders
from web.hosts import KnownHosts, known_hosts
from web.masking import MaskedAnswers
from web.pages.cases import (
    agency,
    application,
    attributes,
    choice,
    commitments,
    deficiencies,
    inbox,
    items,
    project_tabs,
    projects,
    registration,
    search,
)
from web.pages.documents import files
from web.pages.ledgers import figures, ledgers
from web.pages.people import (
    account,
    badges,
    capacity,
    channels,
    drafts,
    handovers,
    identity_provider,
    links,
    organisation,
    organisation_import,
    people,
    proof,
    second_factor,
    security_keys,
    security_log,
    sign_in,
    whole_numbers,
)
from web.pages.rehearsal import rehearsal as scenario_rehearsal
from web.pages.scenarios import comparison as scenario_changes
from web.pages.scenarios import editor as scenario_editor
from web.pages.scenarios import guides, samples, statutes
from web.pages.scenarios import item_forms as scenario_items
from web.pages.scenarios import new as scenario_new
from web.pages.scenarios import stage_forms as scenario_stages
from web.pages.scenarios import top_parts as scenario_parts
from web.pages.scenarios import versions as scenarios
from web.portal import Demonstration, Portal, install, no_demonstration
from web.prefect_pages import pages as prefect_pages
from web.security_log import SecurityLog
from web.static_files import KeptFiles
from web.templating import STATIC
from web.viewer import is_known

API = (
    tokens,
    cases,
    documents,
    ledger_api,
    matters,
    notices,
    organisation_api,
    handovers_api,
    stewards_api,
    rehearsals,
    scenario_api,
    scenario_tools,
)
#: "/projects/new" is not a project and "/scenarios/new" no scenario: their forms come first.
PAGES = (
    sign_in,
    registration,
    projects,
    project_tabs,
    choice,
    attributes,
    agency,
    application,
    items,
    search,
    files,
    inbox,
    deficiencies,
    ledgers,
    figures,
    commitments,
    scenario_new,
    scenarios,
    scenario_changes,
    scenario_editor,
    scenario_items,
    scenario_rehearsal,
    scenario_stages,
    scenario_parts,
    guides,
    samples,
    statutes,
    account,
    badges,
    capacity,
    drafts,
    channels,
    second_factor,
    security_keys,
    identity_provider,
    links,
    proof,
    whole_numbers,
    people,
    organisation,
    organisation_import,
    handovers,
    security_log,
    prefect_pages,
)


def create_app(
    database: Database | None = None,
    settings: Settings | None = None,
    demonstration: Demonstration = no_demonstration,
) -> FastAPI:
    """A portal over a database; without one, over the one that the settings name.

    ``demonstration`` knows whose sign-ins are shown beside the form.
    """
    settings = settings or get_settings()
    portal = Portal(database or configured_database(), settings, demonstration)
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
    need_proof.install(app)
    app.add_middleware(MaskedAnswers)
    app.add_middleware(SecurityLog, database=lambda: portal.database)
    app.add_middleware(BodyLimit, limits=limits(settings), is_known=is_known)
    app.add_middleware(health.Measure, figures=health.install(app))
    app.add_middleware(KnownHosts, hosts=known_hosts(settings))
    app.add_middleware(SecurityHeaders, secure=portal.secure)
    # Outermost, and here rather than on a command line: however the portal is started.
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    interface = [route for module in API for route in module.router.routes]
    interface += [*cases.acts_router().routes, *organisation_api.acts_router().routes]
    pages = [route for module in PAGES for route in module.router.routes]
    # As they are: include_router would make every route once more for each application.
    app.router.routes += [*health.router.routes, *interface, *pages]
    describe(app, interface)
    app.mount("/static", KeptFiles(directory=STATIC))
    return app
