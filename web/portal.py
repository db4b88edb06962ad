"""What every request can reach: the database, the settings and the template engine of one portal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from fastapi import FastAPI, Request
from jinja2 import Environment

from config.settings import Settings
from services.installation.rates import Rates
from services.installation.sealing import Sealer
from services.people.identity_provider import IdentityProvider
from services.people.second_factor import SecondFactors
from services.people.security_keys import SecurityKeys, relying_party
from services.people.sessions import Limits
from services.people.sign_ins import SignIns
from services.unit_of_work import Database
from web.prefect_pages.server import PrefectServer
from web.rehearsals import Rehearsals
from web.templating import environment

#: Sign-ins to show beside the form: each with ``login``, ``password``, ``name``, ``role`` and ``of``.
Demonstration = Callable[[Database], Sequence[object]]


def no_demonstration(_database: Database) -> Sequence[object]:
    """No demonstration sign-ins."""
    return ()


@dataclass(frozen=True)
class Portal:
    """One portal; kept with its application, so that tests may have several."""

    database: Database
    settings: Settings
    demonstration: Demonstration = no_demonstration
    templates: Environment = field(default_factory=environment)
    rehearsals: Rehearsals = field(default_factory=Rehearsals)

    @cached_property
    def prefect(self) -> PrefectServer:
        """The Prefect server whose pages are shown under this portal's address."""
        return PrefectServer(self.settings.prefect_url, self.settings.prefect_credentials)

    @cached_property
    def rates(self) -> Rates:
        """How often one person, or one address, may ask."""
        return Rates(self.database, self.settings.requests_per_minute)

    @property
    def second_factors(self) -> SecondFactors:
        """What comes after the password."""
        return SecondFactors(self.database, self.sealer, self.settings.second_factor)

    @cached_property
    def security_keys(self) -> SecurityKeys:
        """Keys as second factor, for the portal's address."""
        party = relying_party(self.settings.public_url)
        return SecurityKeys(self.database, self.settings.signing_key, party)

    @property
    def sealer(self) -> Sealer:
        """Seals what nobody else may read."""
        return Sealer(self.settings.signing_key)

    @property
    def identity_provider(self) -> IdentityProvider | None:
        """The other provider by which people sign in; ``None`` where there is none."""
        settings = self.settings
        if settings.oidc_issuer is None:
            return None
        secret = settings.oidc_client_secret
        return IdentityProvider(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            login_claim=settings.oidc_login_claim,
            return_address=f"{settings.public_url}/sign-in/provider/return",
        )

    @property
    def session_limits(self) -> Limits:
        """How long somebody stays signed in."""
        return Limits(self.settings.session_hours, self.settings.session_idle_minutes)

    @property
    def sign_ins(self) -> SignIns:
        """Signing in, with the limit that all portals of the installation share."""
        return SignIns(self.database, self.settings.signing_key)

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
