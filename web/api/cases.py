"""``/api/v1``: projects, acts and inboxes; scenarios stand in :mod:`web.api.scenarios.versions`."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel

from models.cases.commands import CorrectAttributes, ProjectCommand
from models.scenarios.definition import Text
from rules.cases.declarations.registry import Registry, registry
from services.cases.acts import Receipt, execute
from services.cases.attribute_correction import CorrectionTried, try_correction
from services.cases.commitments import commitment_lists
from services.cases.commitments.commitment_lists import CommitmentListRow, PublishList
from services.cases.pages.possible_acts import possible_of
from services.cases.registration import RegisterProject, register_project
from services.cases.views import authorisations as agency
from services.cases.views import inbox, leads, ledger
from services.cases.views.desk import desk as at_a_glance
from services.cases.views.lists.project_query import MOST_PAGES, ProjectQuery
from services.cases.views.project_page import project_page
from services.cases.views.site_agenda import AgendaRow, agenda
from services.cases.views.values.inbox import Inbox
from services.cases.views.values.lists import DeskSummary, ProjectList
from services.cases.views.values.project import ProjectPage
from services.scenarios.published import every_effective
from web.viewer import ByToken, PortalHere, ToRead, check_hard_to_undo

router = APIRouter(prefix="/api/v1")

KEY = "The same key twice is one act; a key used for another act is refused."
IdempotencyKey = Annotated[str | None, Header(max_length=200, description=KEY)]


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


@router.get("/scenarios", tags=["projects"])
def scenarios(viewer: ByToken, portal: PortalHere) -> list[ScenarioEntry]:
    """The scenarios that projects can be registered with today."""
    with portal.database.reading() as connection:
        return [
            ScenarioEntry(
                key=scenario.key,
                version=scenario.version,
                name=scenario.name,
                promise_days=scenario.promised_days,
                stages=len(scenario.stages),
                items=len(scenario.items),
            )
            for scenario in every_effective(connection, viewer.today)
        ]


@router.post("/projects", status_code=201, tags=["projects"])
def register(
    viewer: ByToken,
    portal: PortalHere,
    registration: RegisterProject,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """Register a project."""
    return register_project(
        portal.database, registration, viewer.actor, viewer.now, key=idempotency_key
    )


@router.get("/projects", tags=["projects"])
def project_list(
    viewer: ByToken, portal: PortalHere, query: Annotated[ProjectQuery, Query()]
) -> ProjectList:
    """The projects that the person may see, the most urgent first."""
    return ledger.projects(portal.database, query, viewer.now, viewer=viewer.actor)


@router.get("/desk", tags=["projects"])
def desk(viewer: ByToken, portal: PortalHere) -> DeskSummary:
    """The open projects that the person may see, counted by light."""
    return at_a_glance(portal.database, viewer.now, viewer=viewer.actor)


@router.get("/projects/{code}", tags=["projects"])
def project(viewer: ByToken, portal: PortalHere, code: str) -> ProjectPage:
    """One project with its stages, items, papers, documents and log."""
    return project_page(portal.database, code, viewer.now, viewer=viewer.actor)


@router.get("/projects/{code}/items/{item}/acts", tags=["acts"])
def possible_acts(viewer: ByToken, portal: PortalHere, code: str, item: str) -> list[PossibleAct]:
    """What the person may do with an item now, and why not where it is refused."""
    return [
        PossibleAct(
            act=possibility.act,
            possible=possibility.possible,
            refusal=possibility.refusal.sentence(viewer.translate) if possibility.refusal else None,
        )
        for possibility in possible_of(portal.database, viewer.actor, viewer.now, code, item)
    ]


@router.post("/projects/{code}/corrections/dry-run", tags=["acts"])
def correction_tried(
    viewer: ToRead, portal: PortalHere, code: str, command: CorrectAttributes
) -> CorrectionTried:
    """What `correct_attributes` would change, or why it is refused; nothing is written."""
    return try_correction(
        portal.database,
        code,
        command,
        viewer.actor,
        viewer.now,
        viewer.translate,
        viewer.language,
    )


@router.get("/inbox", tags=["inbox"])
def officers_inbox(
    viewer: ByToken,
    portal: PortalHere,
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    after: Annotated[str | None, Query(max_length=120)] = None,
) -> Inbox:
    """What waits for an officer, what falls due first on top."""
    return inbox.inbox(portal.database, viewer.actor, viewer.now, page=page, after=after)


@router.get("/agenda", tags=["inbox"])
def site_agenda(viewer: ByToken, portal: PortalHere) -> tuple[AgendaRow, ...]:
    """What an officer's department has to do on sites, in the order of the days."""
    return agenda(portal.database, viewer.actor, viewer.now)


@router.get("/leads", tags=["inbox"])
def utility_leads(viewer: ByToken, portal: PortalHere) -> tuple[leads.LeadRow, ...]:
    """Projects that a utility hears of before they apply; empty for everyone else."""
    return leads.leads(portal.database, viewer.actor)


@router.get("/authorisations", tags=["agents"])
def authorisations(
    viewer: ByToken,
    portal: PortalHere,
    *,
    closed: Annotated[bool, Query(description="Also those that are over.")] = False,
) -> tuple[agency.AuthorisationRow, ...]:
    """For whom the person may act; for others, who acts in the projects that they may see."""
    return agency.authorisations(portal.database, viewer.actor, closed=closed)


@router.get("/authorisations/missing", tags=["agents"])
def missing_authorisations(viewer: ByToken, portal: PortalHere) -> tuple[agency.MissingRow, ...]:
    """The running projects that the person may see whose steward nobody authorised yet."""
    return agency.missing(portal.database, viewer.actor)


@router.get("/commitment-lists", tags=["acts"])
def commitment_list_rows(viewer: ByToken, portal: PortalHere) -> tuple[CommitmentListRow, ...]:
    """Items that may be granted on commitment at once, and the published lists that say so."""
    return commitment_lists.rows(portal.database, viewer.actor)


@router.post("/commitment-lists", status_code=201, tags=["acts"])
def publish_commitment_list(
    viewer: ByToken, portal: PortalHere, command: PublishList
) -> tuple[CommitmentListRow, ...]:
    """Put an item on the list of the officer's department; answers the lists afterwards."""
    commitment_lists.publish(portal.database, command, viewer.actor, viewer.now)
    return commitment_lists.rows(portal.database, viewer.actor)


@router.delete("/commitment-lists/{item}", status_code=204, tags=["acts"])
def withdraw_commitment_list(viewer: ByToken, portal: PortalHere, item: str) -> None:
    """Take an item off the list of the officer's department."""
    commitment_lists.withdraw(portal.database, item, viewer.actor, viewer.now)


def acts_router() -> APIRouter:
    """The address of all acts, for the commands that are declared when an application is made."""
    return _acts_router(registry())


@lru_cache(maxsize=1)  # the routes of an application are those of the next
def _acts_router(declared: Registry) -> APIRouter:
    router = APIRouter(prefix="/api/v1")

    def act(
        viewer: ByToken,
        portal: PortalHere,
        code: str,
        command: ProjectCommand,
        idempotency_key: IdempotencyKey = None,
    ) -> Receipt:
        """Do one act in a project; `act` says which. What is hard to undo, as `revoke_licence`, needs a token
        that was made for `hard_to_undo` too.
        """
        if registry().acts[command.act].proof:
            check_hard_to_undo(viewer)
        return execute(
            portal.database, code, command, viewer.actor, viewer.now, key=idempotency_key
        )

    act.__annotations__["command"] = declared.any_command
    router.post("/projects/{code}/acts", tags=["acts"])(act)
    return router
