"""Predicates of a kind 谁可以办: each is a function of account and matter, never a flag that somebody typed.

One declaration says who somebody is to a matter, in Python for one matter and in SQL for lists of them,
and whom a notice to them reaches. A kind names predicates; it cannot make one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from config.texts import Word
from models.matters.definition import Visibility
from models.matters.facts import MatterFacts, MatterRow
from models.people.actor import Actor, Role
from models.people.post import Post
from rules.cases.declarations.roles import EXAMINERS
from rules.matters.context import MatterContext

Holds = Callable[[MatterContext, MatterRow], bool]


@dataclass(frozen=True, slots=True)
class Predicate:
    """Who somebody is to a matter."""

    key: str
    label: str
    holds: Holds
    sql: str | None = None
    """The same as a condition under ``matter m`` with ``:login``, ``:department``, ``:enterprise``; none:
    it opens no matter to its reader."""
    where: frozenset[Role] = frozenset(Role)
    """Roles in which it can hold at all."""
    audience: Callable[[MatterRow], str | None] | None = None
    """Whom a notice to them is addressed to; ``None``: nobody can be told."""
    one_person: bool = False
    """Whether it is a single person, who may be away."""
    without_account: bool = False
    """Whether they may have no account, and cannot be relied on to act."""


def _is(field: str) -> Holds:
    """Whether the actor is the person named in a field, or stands in for them."""

    def holds(context: MatterContext, row: MatterRow) -> bool:
        actor = context.act.actor
        return getattr(row, field) in (actor.login, *actor.stands_in_for)

    return holds


def _of(field: str, roles: frozenset[Role]) -> Holds:
    """Whether the actor is of the department named in a field, in one of these roles."""

    def holds(context: MatterContext, row: MatterRow) -> bool:
        actor, department = context.act.actor, getattr(row, field)
        return department is not None and actor.department == department and actor.role in roles

    return holds


def _with_role(role: Role) -> Holds:
    return lambda context, _row: context.act.actor.role is role


def _with_post(post: Post, field: str | None) -> Holds:
    """Whether the actor has a post: in the department named in a field, or anywhere."""

    def holds(context: MatterContext, row: MatterRow) -> bool:
        department = getattr(row, field) if field else None
        return any(
            name == post.value and (field is None or (of is not None and of == department))
            for name, of in context.posts
        )

    return holds


def _of_the_enterprise(context: MatterContext, row: MatterRow) -> bool:
    enterprise = context.act.actor.enterprise
    return enterprise is not None and enterprise == row.enterprise


def _of_an_open_kind(context: MatterContext, row: MatterRow) -> bool:
    """A leader; what is restricted or sealed is nothing of theirs by their role."""
    return context.act.actor.role is Role.LEADER and row.visibility in _OPEN


def _person(field: str) -> Callable[[MatterRow], str | None]:
    return lambda row: f"person:{getattr(row, field)}" if getattr(row, field) else None


def _department(field: str, prefix: str = "department") -> Callable[[MatterRow], str | None]:
    return lambda row: f"{prefix}:{getattr(row, field)}" if getattr(row, field) else None


_OPEN = frozenset({Visibility.PUBLIC, Visibility.PARTIES})
_HEAD = frozenset({Role.DEPARTMENT_HEAD})
_OFFICERS = frozenset(EXAMINERS)
_ENTERPRISE = frozenset({Role.APPLICANT})

_ALL: Final = (
    Predicate(
        "filer", Word("the filer"), _is("filer"), "m.filer = :login",
        audience=_person("filer"), one_person=True, without_account=True,
    ),
    Predicate(
        "filer_enterprise", Word("the enterprise"), _of_the_enterprise, "m.enterprise = :enterprise",
        _ENTERPRISE, lambda row: f"enterprise:{row.enterprise}" if row.enterprise else None,
        without_account=True,
    ),
    Predicate(
        "applicant", Word("any enterprise"), _with_role(Role.APPLICANT), where=_ENTERPRISE,
        without_account=True,
    ),
    Predicate("intake", Word("the window"), _with_role(Role.WINDOW_CLERK), "m.taken_by = :login",
              frozenset({Role.WINDOW_CLERK})),
    Predicate(
        "dispatcher", Word("the dispatching office"), _of("office", _OFFICERS),
        "m.office = :department", _OFFICERS, _department("office"),
    ),
    Predicate(
        "office_head", Word("the head of the dispatching office"), _of("office", _HEAD), None, _HEAD,
        _department("office", "department_head"),
    ),
    Predicate(
        "unit", Word("the owning unit"), _of("unit", _OFFICERS), "m.unit = :department", _OFFICERS,
        _department("unit"),
    ),
    Predicate(
        "head", Word("the head of the owning unit"), _of("unit", _HEAD), None, _HEAD,
        _department("unit", "department_head"),
    ),
    Predicate(
        "liaison", Word("the liaison of the owning unit"),
        _with_post(Post.DEPARTMENT_LIAISON, "unit"), None, _OFFICERS, _department("unit"),
    ),
    Predicate(
        "handler", Word("the handler"), _is("handler"), "m.handler = :login", _OFFICERS,
        _person("handler"), one_person=True,
    ),
    Predicate(
        "supervisor", Word("the environment supervisor named on it"), _is("supervisor"),
        "m.supervisor = :login", audience=_person("supervisor"), one_person=True,
    ),
    Predicate(
        "any_supervisor", Word("an environment supervisor"),
        _with_post(Post.ENVIRONMENT_SUPERVISOR, None),
    ),
    Predicate(
        "steward_of_project", Word("the steward of the project"), _is("steward"),
        "m.steward = :login", frozenset({Role.PROJECT_STEWARD}), _person("steward"), one_person=True,
    ),
    Predicate("steward", Word("a steward"), _with_role(Role.PROJECT_STEWARD), None,
              frozenset({Role.PROJECT_STEWARD})),
    Predicate("officer", Word("an officer"),
              lambda context, _row: context.act.actor.role in _OFFICERS, None, _OFFICERS),
    Predicate(
        "leader", Word("a leader"), _of_an_open_kind, "m.visibility IN ('public', 'parties')",
        frozenset({Role.LEADER}), lambda _row: "leader",
    ),
    Predicate("time", Word("time"), _with_role(Role.SYSTEM), "true", frozenset({Role.SYSTEM})),
)  # fmt: skip
PREDICATES: Final[Mapping[str, Predicate]] = {predicate.key: predicate for predicate in _ALL}


def holding(context: MatterContext, facts: MatterFacts) -> frozenset[str]:
    """Who the actor is to a matter."""
    return frozenset(key for key, p in PREDICATES.items() if p.holds(context, facts.row))


def sees(context: MatterContext, row: MatterRow) -> bool:
    """Whether the actor may read a matter: they are somebody to it."""
    return any(p.sql is not None and p.holds(context, row) for p in PREDICATES.values())


def seen_sql(actor: Actor) -> str:
    """The same as a condition under ``matter m``."""
    conditions = [p.sql for p in PREDICATES.values() if p.sql is not None and actor.role in p.where]
    return f"({' OR '.join(conditions)})"
