"""``/api/v1``: projects, acts, files, inbox and notices; scenarios stand in :mod:`web.api.scenarios`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, File, Header, Query, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from models.commands import Command, CorrectAttributes
from models.definition import Text
from services import accounts
from services.acts import Receipt, perform
from services.attribute_correction import CorrectionTried, try_correction
from services.documents.files import StoredFile, store_file
from services.documents.verification import VerifiedDocument, verify
from services.messages import inbox as notice_inbox
from services.registration import RegisterProject, register_project
from services.scenario_admin.scenario_list import published_scenarios
from services.timing import now
from services.views import inbox, leads, ledger
from services.views.ledger import ProjectQuery
from services.views.possibilities import possibilities
from services.views.project_page import project_page, read_project
from services.views.site_agenda import AgendaRow, agenda
from services.views.values.inbox import Inbox
from services.views.values.lists import DeskSummary, ProjectList
from services.views.values.project import ProjectPage
from web.pages.files import paper_answer
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1")

KEY = "The same key twice is one act; a key used for another act is refused."
IdempotencyKey = Annotated[str | None, Header(max_length=200, description=KEY)]


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    class Fault(BaseModel):
        """One thing that is wrong."""

        code: str
        field: str | None
        message: str

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]


class TokenRequest(BaseModel):
    """Who wants a bearer token."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(max_length=64)]
    password: Annotated[SecretStr, Field(max_length=1000)]
    label: Annotated[str, Field(max_length=100, description="What the token is for.")] = "API"
    days: Annotated[int, Field(ge=1, le=accounts.TOKEN_DAYS)] = 90


class NewToken(BaseModel):
    """A bearer token; it is told this once."""

    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of token


class Me(BaseModel):
    """Whose token it is."""

    login: str
    name: str
    role: str
    department: str | None
    enterprise: str | None
    language: str


class ScenarioEntry(BaseModel):
    """A scenario that projects can be registered with."""

    key: str
    version: int
    name: Text
    promise_days: int | None
    stages: int
    items: int


class PossibleAct(BaseModel):
    """An act that belongs to the person; ``refusal`` says why it is not possible now."""

    act: str
    possible: bool
    refusal: str | None


class NoticeEntry(BaseModel):
    """One notice to the person whose token it is."""

    id: int
    project: str | None
    item: str | None
    page: str | None
    template: str
    alert: bool
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None


class ReadNotices(BaseModel):
    """Which notices were read; without numbers, all of them."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[int] | None, Field(max_length=1000)] = None


class Marked(BaseModel):
    """How many notices were unread before."""

    marked: int


PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": description}
    for status, description in {
        400: "The request cannot be read",
        401: "Not signed in",
        403: "Not permitted",
        404: "Not found",
        409: "Overtaken by events: look again",
        422: "The input is wrong; `errors` names the field",
        413: "The file is too large",
        429: "Too many wrong passwords",
        503: "PostgreSQL is not available",
    }.items()
}


@router.post("/tokens", status_code=201, tags=["account"])
def make_token(request: Request, portal: PortalHere, wanted: TokenRequest) -> NewToken:
    """A bearer token for an account and its password."""
    login = wanted.login.strip().lower()
    address = request.client.host if request.client else "-"
    keys = (f"account {login}", f"address {address}")
    portal.sign_ins.check(*keys)
    try:
        account = accounts.authenticate(portal.database, login, wanted.password.get_secret_value())
    except accounts.WrongPassword:
        portal.sign_ins.failed(*keys)
        raise
    token = accounts.issue_token(
        portal.database, account.login, wanted.label, now(), days=wanted.days
    )
    return NewToken(token=token)


@router.get("/me", tags=["account"])
def me(reader: ByToken) -> Me:
    """Whose token it is."""
    found = reader.account
    return Me(
        login=found.login,
        name=found.name,
        role=found.role.value,
        department=found.department,
        enterprise=found.enterprise,
        language=found.language,
    )


@router.get("/scenarios", tags=["projects"])
def scenarios(reader: ByToken, portal: PortalHere) -> list[ScenarioEntry]:
    """The scenarios that projects can be registered with."""
    del reader
    with portal.database.reading() as connection:
        return [
            ScenarioEntry(
                key=one.key,
                version=one.version,
                name=one.name,
                promise_days=one.promise.days if one.promise else None,
                stages=len(one.stages),
                items=len(one.items),
            )
            for one in published_scenarios(connection)
        ]


@router.post("/projects", status_code=201, tags=["projects"])
def register(
    reader: ByToken,
    portal: PortalHere,
    wanted: RegisterProject,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """Register a project."""
    return register_project(portal.database, wanted, reader.actor, reader.now, key=idempotency_key)


@router.get("/projects", tags=["projects"])
def project_list(
    reader: ByToken, portal: PortalHere, query: Annotated[ProjectQuery, Query()]
) -> ProjectList:
    """The projects that the person may see, the most urgent first."""
    return ledger.projects(portal.database, query, reader.today, viewer=reader.actor)


@router.get("/desk", tags=["projects"])
def desk(reader: ByToken, portal: PortalHere) -> DeskSummary:
    """The open projects that the person may see, counted by light."""
    return ledger.desk(portal.database, reader.today, viewer=reader.actor)


@router.get("/projects/{code}", tags=["projects"])
def project(reader: ByToken, portal: PortalHere, code: str) -> ProjectPage:
    """One project with its stages, items, papers, documents and log."""
    return project_page(portal.database, code, reader.now, viewer=reader.actor)


@router.get("/projects/{code}/items/{item}/acts", tags=["acts"])
def possible_acts(reader: ByToken, portal: PortalHere, code: str, item: str) -> list[PossibleAct]:
    """What the person may do with an item now, and why not where it is refused."""
    reading = read_project(portal.database, code, reader.now, viewer=reader.actor)
    if reading.page.item(item) is None:
        return []
    return [
        PossibleAct(
            act=found.act,
            possible=found.possible,
            refusal=found.refusal.sentence(reader.translate) if found.refusal else None,
        )
        for found in possibilities(reading.facts, item, reading.context)
    ]


@router.post("/projects/{code}/acts", tags=["acts"])
def act(
    reader: ByToken,
    portal: PortalHere,
    code: str,
    command: Command,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """Do one act in a project; `act` says which."""
    return perform(portal.database, code, command, reader.actor, reader.now, key=idempotency_key)


@router.post("/projects/{code}/corrections/dry-run", tags=["acts"])
def correction_tried(
    reader: ByToken, portal: PortalHere, code: str, command: CorrectAttributes
) -> CorrectionTried:
    """What `correct_attributes` would change, or why it is refused; nothing is written."""
    return try_correction(
        portal.database,
        code,
        command,
        reader.actor,
        reader.now,
        reader.translate,
        reader.language,
    )


@router.post("/files", status_code=201, tags=["files"])
def upload(reader: ByToken, portal: PortalHere, file: Annotated[UploadFile, File()]) -> StoredFile:
    """Keep a file; its fingerprint `sha256` is what `submit_material` names."""
    del reader
    limit = portal.settings.upload_limit_mb
    return store_file(portal.database, file.file, file.filename or "file", limit)


@router.get("/projects/{code}/papers/{material}", tags=["files"])
def paper(reader: ByToken, portal: PortalHere, code: str, material: str) -> Response:
    """A paper of a project, as it was handed in."""
    return paper_answer(portal.database, reader, code, material)


@router.get("/inbox", tags=["inbox"])
def officers_inbox(
    reader: ByToken,
    portal: PortalHere,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Inbox:
    """What waits for an officer, what falls due first on top."""
    return inbox.inbox(portal.database, reader.actor, reader.now, page=page)


@router.get("/agenda", tags=["inbox"])
def site_agenda(reader: ByToken, portal: PortalHere) -> tuple[AgendaRow, ...]:
    """What an officer's department has to do on sites, in the order of the days."""
    return agenda(portal.database, reader.actor, reader.now)


@router.get("/leads", tags=["inbox"])
def utility_leads(reader: ByToken, portal: PortalHere) -> tuple[leads.LeadRow, ...]:
    """Projects that a utility hears of before they apply; empty for everyone else."""
    return leads.leads(portal.database, reader.actor)


@router.get("/notices", tags=["inbox"])
def notices(
    reader: ByToken,
    portal: PortalHere,
    *,
    unread: bool = False,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[NoticeEntry]:
    """What the person was told, newest first."""
    found = notice_inbox.inbox(
        portal.database,
        reader.account.login,
        reader.language,
        unread=unread,
        before=before,
        limit=limit,
    )
    return [
        NoticeEntry(
            id=one.id,
            project=one.project,
            item=one.item,
            page=one.page,
            template=one.template,
            alert=one.alert,
            title=one.letter.title,
            body=one.letter.body,
            created_at=one.created_at,
            read_at=one.read_at,
        )
        for one in found
    ]


@router.post("/notices/read", tags=["inbox"])
def read_notices(reader: ByToken, portal: PortalHere, which: ReadNotices) -> Marked:
    """Mark notices as read."""
    login = reader.account.login
    marked = notice_inbox.mark_read(portal.database, login, reader.now, which.ids)
    return Marked(marked=marked)


@router.get("/documents/{token}", tags=["documents"])
def document(portal: PortalHere, token: str) -> VerifiedDocument:
    """Whether an issued document still stands; needs no token of a person."""
    return verify(portal.database, token)
