"""Which projects a list is about: what is asked for, among those that its reader may see."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.cases.states import Light, ProjectState
from models.people.actor import Actor
from services.cases.views.lists.project_order import BAND, CLOSED, GREEN, RED, YELLOW, Which
from services.people.visibility import among, scope

PAGE_SIZE = 30
#: In place of a login: projects that no steward on duty has.
NOBODY = "-"
_WITHOUT_STEWARD = "(p.steward IS NULL OR p.steward IN (SELECT o.login FROM account o WHERE NOT o.active OR o.role <> 'project_steward'))"
_ALL_WITHOUT_STEWARD = (
    "SELECT o.id FROM project o WHERE o.steward IS NULL"
    " UNION ALL SELECT o.id FROM account a JOIN project o ON o.steward = a.login"
    " WHERE NOT a.active OR a.role <> 'project_steward'"
)
#: Pages that can be asked for by their number.
MOST_PAGES = 100


class ProjectQuery(BaseModel):
    """Which projects, and which page of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    steward: Annotated[
        str | None, Field(description="Login of the steward; `-`: projects without one on duty.")
    ] = None
    enterprise: Annotated[str | None, Field(description="Unified social credit code.")] = None
    level: Annotated[Light | None, Field(description="Traffic light.")] = None
    state: Annotated[ProjectState | None, Field(description="Default: every state.")] = None
    text: Annotated[
        str | None, Field(max_length=100, description="Part of the title, code or enterprise.")
    ] = None
    after: Annotated[
        str | None,
        Field(
            max_length=60,
            description="What comes after a page: its `next`. Costs the same however far.",
        ),
    ] = None
    page: Annotated[
        int,
        Field(
            ge=1,
            le=MOST_PAGES,
            description="Of the first pages; beyond them lists go on by `after`.",
        ),
    ] = 1
    page_size: Annotated[int, Field(ge=1, le=500)] = PAGE_SIZE


def which_projects(query: ProjectQuery, viewer: Actor) -> tuple[Which, dict[str, Any]]:
    """The projects that are asked for, among those that the viewer may see."""
    visible, values = scope(viewer)
    few, always = among(viewer)
    conditions = [visible]
    if query.steward == NOBODY:
        few, always = few or _ALL_WITHOUT_STEWARD, always or few is None
        conditions.append(_WITHOUT_STEWARD)
    elif query.steward is not None:
        conditions.append("p.steward = :steward")
        values["steward"] = query.steward
    if query.enterprise is not None:
        few, always = _OF_ENTERPRISE, True
        conditions.append("p.enterprise = :enterprise")
        values["enterprise"] = query.enterprise
    if query.text:
        few, always = few if always else _NAMED, True
        conditions.append(_MATCHES)
        values["text"] = f"%{_escaped(query.text)}%"
    states = [query.state] if query.state else list(ProjectState)
    bands = [BAND[query.level]] if query.level else [RED, YELLOW, GREEN, CLOSED]
    closed = [state for state in states if state is not ProjectState.ACTIVE]
    shown = [b for b in bands if (closed if b == CLOSED else ProjectState.ACTIVE in states)]
    return Which(" AND ".join(conditions), few, always, shown, closed), values


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_OF_ENTERPRISE = "SELECT o.id FROM project o WHERE o.enterprise = :enterprise"
_MATCHES = (
    "(p.title ILIKE :text OR p.code ILIKE :text OR p.enterprise IN"
    " (SELECT e.credit_code FROM enterprise e WHERE e.name ILIKE :text))"
)
#: What is looked for by words is looked for in every name.
_NAMED = f"SELECT p.id FROM project p WHERE {_MATCHES}"  # noqa: S608
