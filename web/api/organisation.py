"""``/api/v1/organisation``: what the page of the organisation shows, and every act on it."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, Request
from pydantic import BaseModel

from models.people.organisation import Unit
from services.organisation.declaration import By
from services.organisation.page import organisation_page
from services.organisation.registry import Done, any_organisation_command, check_reader, execute
from services.people.absences import Absence
from services.people.posts import HeldPost
from services.people.powers.competences import Competence
from services.people.powers.delegations import Delegation
from services.people.powers.promotion_groups import PromotionGroup
from web.sessions import origin_of
from web.viewer import ByToken, PortalHere, ToAdminister, check_hard_to_undo

router = APIRouter(prefix="/api/v1", tags=["organisation"])


class Organisation(BaseModel):
    """The organisation as it is written down now."""

    units: tuple[Unit, ...]
    """Those that ended too; a unit stands behind the one that commands it."""
    competences: tuple[Competence, ...]
    """Where a district chose another unit than the catalogue, those that are over too."""
    posts: tuple[HeldPost, ...]
    absences: tuple[Absence, ...]
    delegations: tuple[Delegation, ...]
    promotion_groups: tuple[PromotionGroup, ...]
    faults: tuple[str, ...]
    """What does not hold together today, each in one sentence."""


@router.get("/organisation")
def organisation(viewer: ByToken, portal: PortalHere) -> Organisation:
    """Units, posts, absences, and what does not hold together; for administrators."""
    check_reader(viewer.actor)
    page = organisation_page(portal.database, viewer.now)
    return Organisation(
        units=tuple(line.unit for line in page.units),
        competences=page.competences,
        posts=page.posts,
        absences=page.absences,
        delegations=page.delegations,
        promotion_groups=page.promotion_groups,
        faults=tuple(fault.sentence(viewer.translate) for fault in page.faults),
    )


@lru_cache(maxsize=1)
def acts_router() -> APIRouter:
    """The address of all acts, for the commands that are declared when an application is made."""
    acts = APIRouter(prefix="/api/v1")

    def act(request: Request, viewer: ToAdminister, portal: PortalHere, command: BaseModel) -> Done:
        """Do one act on the organisation; `act` says which. Needs a token that was made for `hard_to_undo` too."""
        check_hard_to_undo(viewer)
        by = By(origin_of(request, viewer.account.login), viewer.now)
        return execute(portal.database, command, by, viewer.actor)

    act.__annotations__["command"] = any_organisation_command()
    acts.post("/organisation/acts", tags=["organisation"])(act)
    return acts
