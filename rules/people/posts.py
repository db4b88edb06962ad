"""What each post gives its holder, beside what their account acts as (``domain/roles``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.texts import Word
from models.people.actor import Role
from models.people.post import Post

#: What the law leaves to the head of the authority (Licensing Law art. 42), or that follows from it.
LEFT_TO_THE_HEAD: Final = frozenset({"extend_limit", "decide_appeal", "reinstate_approval"})


@dataclass(frozen=True, slots=True)
class PostEffect:
    """What follows from a post."""

    words: Word
    """What it does, or why it is written down alone."""
    role: Role | None = None
    """As what its holder can act in the department of the unit."""
    steward: bool = False
    """Whether projects come to its holder by rule."""
    badge: bool = False
    """Whether its holder has an e-badge 电子工牌."""


EFFECTS: Final[Mapping[Post, PostEffect]] = {
    Post.PROJECT_STEWARD: PostEffect(Word("has projects of the place by rule"), steward=True),
    Post.ADMINISTRATIVE_COMMISSIONER: PostEffect(
        Word("has the projects of the park before any steward"), steward=True
    ),
    Post.DUTY_STEWARD: PostEffect(
        Word("has the projects that no steward of the place can have"), steward=True
    ),
    Post.STEWARD_OFFICE_HEAD: PostEffect(
        Word("has projects where no duty steward is there either"), steward=True
    ),
    Post.FIRST_HANDLER: PostEffect(
        Word("acts as a handler of the department that the unit belongs to"), role=Role.HANDLER
    ),
    Post.PROFESSIONAL: PostEffect(
        Word("acts as a handler of the department that the unit belongs to"), role=Role.HANDLER
    ),
    Post.DEPUTY_HEAD: PostEffect(
        Word(
            "acts as the head of the department while the head is away or there is none, but for what the law leaves to the head"
        ),
        role=Role.DEPARTMENT_HEAD,
    ),
    Post.SERVICE_TEAM_MEMBER: PostEffect(
        Word("has an e-badge; what a team is called to is no act of this system"), badge=True
    ),
    Post.ENVIRONMENT_SUPERVISOR: PostEffect(
        Word("has an e-badge; reports and consents come with grievances, which are not built"),
        badge=True,
    ),
    Post.SERVICE_SPECIALIST: PostEffect(
        Word(
            "written down alone: visits and appeals of key projects come with matters, which are not built"
        )
    ),
    Post.DEPARTMENT_LIAISON: PostEffect(
        Word(
            "written down alone: whom others ask in the department; a liaison hands over papers, and decides nothing"
        )
    ),
    Post.LEAD_IN_CHARGE: PostEffect(
        Word(
            "written down alone: monthly visits and the chain of responsibility come with matters, which are not built"
        )
    ),
}
