"""``/api/v1``: what people are told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.notices.notice_list import inbox, mark_read
from web.viewer import ByToken, PortalHere

router = APIRouter(prefix="/api/v1", tags=["inbox"])


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


@router.get("/notices")
def notices(
    viewer: ByToken,
    portal: PortalHere,
    *,
    unread: bool = False,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[NoticeEntry]:
    """What the person was told, newest first."""
    entries = inbox(
        portal.database,
        viewer.actor,
        viewer.language,
        unread=unread,
        before=before,
        limit=limit,
    )
    return [
        NoticeEntry(
            id=notice.id,
            project=notice.project,
            item=notice.item,
            page=notice.page,
            template=notice.template,
            alert=notice.alert,
            title=notice.letter.title,
            body=notice.letter.body,
            created_at=notice.created_at,
            read_at=notice.read_at,
        )
        for notice in entries
    ]


@router.post("/notices/read")
def read_notices(viewer: ByToken, portal: PortalHere, which: ReadNotices) -> Marked:
    """Mark notices as read."""
    marked = mark_read(portal.database, viewer.actor, viewer.now, which.ids)
    return Marked(marked=marked)
