"""Which projects a list is about: what is asked for, among those that its reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.cases.states import Light, ProjectState
from models.people.actor import Actor
from services.cases.ledgers.places import OF_PLACE
from services.cases.views.lists.project_order import BAND, CLOSED, GREEN, RED, YELLOW, Which
from services.ledgers.names_search import AMONG, NAMED, named
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
    place: Annotated[
        str | None, Field(max_length=64, description="Key of a district, park or town.")
    ] = None
    scenario: Annotated[str | None, Field(max_length=64, description="Key of a scenario.")] = None
    registered_from: Annotated[
        date | None, Field(description="Registered on this day or after it.")
    ] = None
    registered_to: Annotated[
        date | None, Field(description="Registered on this day or before it.")
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
    for given, condition, projects in _narrowed(query):
        conditions.append(condition)
        values |= given
        if not always:
            few = few or projects
    if query.text:
        few = few if always else AMONG
        conditions.append(NAMED)
        values |= named(query.text)
    states = [query.state] if query.state else list(ProjectState)
    bands = [BAND[query.level]] if query.level else [RED, YELLOW, GREEN, CLOSED]
    closed = [state for state in states if state is not ProjectState.ACTIVE]
    shown = [b for b in bands if (closed if b == CLOSED else ProjectState.ACTIVE in states)]
    return Which(" AND ".join(conditions), few, always, shown, closed), values


def _narrowed(query: ProjectQuery) -> Iterator[tuple[dict[str, object], str, str | None]]:
    """What is asked beside: parameters, a condition, and SQL for the projects that it leaves, where an index
    has them.
    """
    if query.place is not None:
        condition = OF_PLACE.format(value=":place")
        yield {"place": query.place}, condition, f"SELECT p.id FROM project p WHERE {condition}"  # noqa: S608
    if query.scenario is not None:
        yield {"scenario": query.scenario}, _OF_SCENARIO, _ALL_OF_SCENARIO
    if query.registered_from is not None:
        yield (
            {"registered_from": query.registered_from},
            "p.registered_on >= :registered_from",
            None,
        )
    if query.registered_to is not None:
        yield {"registered_to": query.registered_to}, "p.registered_on <= :registered_to", None


_OF_ENTERPRISE = "SELECT o.id FROM project o WHERE o.enterprise = :enterprise"
_OF_SCENARIO = "p.scenario_id IN (SELECT v.id FROM scenario_version v WHERE v.key = :scenario)"
_ALL_OF_SCENARIO = f"SELECT p.id FROM project p WHERE {_OF_SCENARIO}"  # noqa: S608
