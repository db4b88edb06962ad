"""What every request can reach: the database, the settings and the template engine of one portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from fastapi import FastAPI, Request
from jinja2 import Environment

from config.settings import Settings
from services.unit_of_work import Database
from web.rehearsals import Rehearsals
from web.templating import environment
from web.throttle import Throttle


@dataclass(frozen=True)
class Portal:
    """One portal; kept with its application, so that tests may have several."""

    database: Database
    settings: Settings
    templates: Environment = field(default_factory=environment)
    sign_ins: Throttle = field(default_factory=Throttle)
    rehearsals: Rehearsals = field(default_factory=Rehearsals)

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS: cookies then never travel without it."""
        return self.settings.public_url.startswith("https:")


def install(app: FastAPI, portal: Portal) -> None:
    """Keep the portal with its application."""
    app.state.portal = portal


def portal_of(request: Request) -> Portal:
    """The portal that a request came to."""
    return cast("Portal", request.app.state.portal)
