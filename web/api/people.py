"""``/api/v1``: bearer tokens, and whose they are."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from models.people.token_scope import TokenScope
from services.people import tokens
from services.people.accounts import Account
from services.people.second_factor import Need, SecondFactorMissing
from services.people.sign_ins import Secret
from services.timing import now
from web.portal import Portal
from web.sessions import address_of, origin_of
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1", tags=["account"])


class TokenRequest(tokens.TokenWanted):
    """Who wants a bearer token."""

    # A password is taken sign by sign.
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    login: Annotated[str, Field(max_length=64)]
    password: Annotated[SecretStr, Field(max_length=1000)]
    otp: Annotated[
        str | None,
        Field(max_length=40, description="The code of the second factor, where one is needed."),
    ] = None


class NewToken(BaseModel):
    """A bearer token; it is told this once."""

    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of token
    days: int
    """Until it ends."""
    scopes: tuple[TokenScope, ...]


class Me(BaseModel):
    """Whose token it is."""

    login: str
    name: str
    role: str
    department: str | None
    enterprise: str | None
    language: str


@router.post("/tokens", status_code=201)
def make_token(request: Request, portal: PortalHere, application: TokenRequest) -> NewToken:
    """A bearer token for an account and its password."""
    address = address_of(request)
    password = application.password.get_secret_value()
    account = portal.sign_ins.sign_in(application.login, password, address)
    _check_code(portal, account, application.otp, address)
    token = tokens.issue_token(
        portal.database,
        account.login,
        application.label,
        now(),
        days=application.days,
        scopes=application.scopes,
        origin=origin_of(request, account.login),
    )
    return NewToken(token=token, days=application.days, scopes=application.scopes)


def _check_code(portal: Portal, account: Account, code: str | None, address: str) -> None:
    """Check the code of the second factor where the account needs one."""
    factors = portal.second_factors
    need = factors.need(account)
    if need is Need.ENROLMENT:
        raise SecondFactorMissing
    if need is Need.CODE:
        secret = Secret("code", account.login, address)
        portal.sign_ins.attempt(secret, lambda: factors.check(account.login, code or "", address))


@router.get("/me")
def me(viewer: ByToken) -> Me:
    """Whose token it is."""
    account = viewer.account
    return Me(
        login=account.login,
        name=account.name,
        role=account.role.value,
        department=account.department,
        enterprise=account.enterprise,
        language=account.language,
    )
