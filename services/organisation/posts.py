"""Posts of people over units: given, ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from models.people.organisation import NewPost
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.people import posts
from services.unit_of_work import Database

RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class GrantPost(NewPost):
    """Somebody gets a post."""

    act: Literal["grant_post"] = "grant_post"


class EndPost(OrganisationCommand):
    """A post ends on a day."""

    act: Literal["end_post"] = "end_post"
    number: Annotated[RowNumber, Field(title="Number", description="Number of the post.")]
    on: Annotated[date, Field(title="First day without it", description="First day without it.")]


def _grant(database: Database, command: GrantPost, by: By) -> int:
    wanted = NewPost(**command.model_dump(exclude={"act"}))
    return posts.grant_post(database, wanted, by.origin)


def _end(database: Database, command: EndPost, by: By) -> None:
    posts.end_post(database, command.number, command.on, by.origin)


GRANT_POST = OrganisationAct(
    command=GrantPost,
    label="Give a post",
    help="Give somebody a post over a unit and all that is below it, from a day on. Whoever has no post is a steward everywhere as long as their account is one; the first post narrows it.",
    perform=_grant,
    section=Section.POSTS,
    called=("post", "grant"),
    arguments=("login", "post"),
    done="{login} has the post, number {number}.",
)
END_POST = OrganisationAct(
    command=EndPost,
    label="End the post",
    help="End a post on a day. Refused while the person has running projects by it.",
    perform=_end,
    section=Section.POSTS,
    called=("post", "end"),
    arguments=("number",),
    on_row=("number",),
    done="Post {number} ends on {on}.",
)
