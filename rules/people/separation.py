"""Separation of duties: what nobody does, or is, together with something else (``domain/roles``, ``domain/stewards`` 1.5).

The pairs of people are checked when a post, a role or a delegation is given; those of acts where the act is
done, by the rule that is named. A district adds pairs of posts; it removes none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.texts import Word
from models.errors import Conflict
from models.people.actor import Role
from models.people.post import Post
from rules.people.posts import EFFECTS

Holding = Role | Post


class NotTogether(Conflict):
    template = "login: {login} is {held} already, and nobody is {wanted} beside that ({source}); give it to somebody else, or end the other first."
    field = "login"


@dataclass(frozen=True, slots=True)
class Separation:
    """Two sides of which nobody has both."""

    key: str
    words: Word
    source: str
    """Article, or ``[D]``."""
    first: frozenset[Holding] = frozenset()
    second: frozenset[Holding] = frozenset()
    """Roles and posts that are apart; empty where acts are."""
    by_act: str = ""
    """The act that refuses it, where it is checked with an act."""


DECIDING: Final[frozenset[Holding]] = frozenset(
    {Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD}
) | frozenset(post for post, effect in EFFECTS.items() if effect.role is not None)

TABLE: Final = (
    Separation(
        "administrator_decides",
        Word("who configures the platform decides no case"),
        "[D]",
        frozenset({Role.ADMINISTRATOR}),
        DECIDING,
    ),
    Separation(
        "agent_decides",
        Word("who acts for enterprises decides no case"),
        "[D]",
        frozenset({Role.AGENT, Role.APPLICANT}),
        DECIDING,
    ),
    Separation(
        "steward_decides",
        Word("who accompanies projects decides no case"),
        "[S:004]",
        frozenset({Role.PROJECT_STEWARD})
        | frozenset(post for post, effect in EFFECTS.items() if effect.steward),
        DECIDING,
    ),
    Separation(
        "supervisor_handles",
        Word("who supervises handles nothing that is supervised"),
        "[S:004]",
        frozenset({Post.ENVIRONMENT_SUPERVISOR}),
        DECIDING | {Post.SERVICE_TEAM_MEMBER, Post.DEPARTMENT_LIAISON},
    ),
    Separation(
        "handler_approves",
        Word("who examined an application does not decide it"),
        "[D]",
        by_act="approve_item",
    ),
    Separation(
        "two_verify",
        Word("two officers or more verify on the spot"),
        "Licensing Law art. 34",
        by_act="record_verification",
    ),
    Separation(
        "two_publish",
        Word("who asks for the publication of a scenario does not approve it"),
        "[D]",
    ),
)


def separations(of_district: Mapping[Post, Post]) -> tuple[Separation, ...]:
    """Every pair that holds here: those that hold everywhere, and those that the district added."""
    added = (
        Separation(
            f"{first.value}_{second.value}",
            Word("these posts are apart in this district"),
            "[D]",
            frozenset({first}),
            frozenset({second}),
        )
        for first, second in of_district.items()
    )
    return (*TABLE, *added)


def check_together(
    login: str, held: Collection[Holding], wanted: Holding, known: Iterable[Separation]
) -> None:
    """Refuse a role or post that nobody has beside one that the person has already (``NotTogether``)."""
    for separation in known:
        for other in _against(separation, wanted):
            if other in held:
                raise NotTogether(
                    login=login,
                    held=Word.of(other),
                    wanted=Word.of(wanted),
                    source=separation.source,
                )


def _against(separation: Separation, wanted: Holding) -> Iterator[Holding]:
    """What is apart from a role or post by one pair, in one order."""
    sides: list[frozenset[Holding]] = []
    if wanted in separation.first:
        sides.append(separation.second)
    if wanted in separation.second:
        sides.append(separation.first)
    for side in sides:
        yield from sorted(side - {wanted}, key=lambda holding: holding.value)
