"""Whether the organisation holds together today: the tree, its places' stewards, the people's posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, text

from config.texts import Word
from models.cases.stewardship import Standing
from models.errors import KaigongError
from models.people.organisation import PLACES, Unit
from models.people.post import Post
from rules.cases.context import ZONE
from rules.people.units import unit_faults, unit_on, units_above
from services.people.organisation import units_of
from services.people.stewards import standings
from services.unit_of_work import Database

#: Who may have projects: login, over which unit, and as what.
Standings = Sequence[tuple[str, str | None, Standing]]


class PlaceWithoutSteward(KaigongError):
    template = "place: {value} has no project steward on {on}; its projects come to {who}. Give somebody the post: 'kaigong post grant LOGIN project_steward --unit {value} --from {on}'."
    field = "place"


class PersonWithoutPost(KaigongError):
    template = "login: {value} acts as a project steward and has no post as one on {on}; give them a post, or another role."
    field = "login"


class PostReachesNoProject(KaigongError):
    template = "unit: {login} accompanies projects of {value}, in which none can lie; give the post over {place}."
    field = "unit"


class PostOfClosedAccount(KaigongError):
    template = "login: {value} is closed and still has the post {post}; end it."
    field = "login"


def organisation_faults(database: Database, now: datetime) -> tuple[KaigongError, ...]:
    """Everything that does not hold together today, each as one sentence."""
    on = now.astimezone(ZONE).date()
    with database.reading() as connection:
        units = units_of(connection)
        tree = [fault for _, fault in unit_faults(units)]
        held = standings(connection, on)
        places = (*_of_places(held, units, on), *_without_projects(held, units, on))
        return (*tree, *places, *_of_people(connection, on))


def _of_places(held: Standings, units: Mapping[str, Unit], on: date) -> Iterator[KaigongError]:
    for key, unit in units.items():
        if unit.kind not in PLACES or not unit.holds(on):
            continue
        above = units_above(key, units, on)
        there = [
            (standing, login)
            for login, over, standing in held
            if over is None or unit_on(over, units, on) in above
        ]
        if not there or min(there)[0] > Standing.STEWARD:
            yield PlaceWithoutSteward(
                value=key, on=on, who=min(there)[1] if there else Word("nobody")
            )


def _without_projects(
    held: Standings, units: Mapping[str, Unit], on: date
) -> Iterator[KaigongError]:
    """Projects lie in places, and come to whoever has a post over the place or over what lies above it."""
    reached = {
        above
        for key, unit in units.items()
        if unit.kind in PLACES and unit.holds(on)
        for above in units_above(key, units, on)
    }
    for login, over, _ in held:
        if over is not None and unit_on(over, units, on) not in reached:
            above = units_above(over, units, on)
            place = next((key for key in above if key in reached), Word("a place"))
            yield PostReachesNoProject(login=login, value=over, place=place)


def _of_people(connection: Connection, on: date) -> Iterator[KaigongError]:
    for row in connection.execute(_WITHOUT_POST, {"on": on}):
        yield PersonWithoutPost(value=row.login, on=on)
    for row in connection.execute(_CLOSED, {"on": on}):
        yield PostOfClosedAccount(value=row.login, post=Word.of(Post(row.post)))


_IN_FORCE = "g.from_on <= :on AND (g.to_on IS NULL OR :on < g.to_on)"
_WITHOUT_POST = text(
    "SELECT a.login FROM account a WHERE a.active AND a.role = 'project_steward'"  # noqa: S608
    " AND EXISTS (SELECT FROM role_grant g WHERE g.login = a.login)"
    f" AND NOT EXISTS (SELECT FROM role_grant g WHERE g.login = a.login AND {_IN_FORCE})"
    " ORDER BY a.login"
)
_CLOSED = text(
    "SELECT g.login, g.post FROM role_grant g JOIN account a ON a.login = g.login"  # noqa: S608
    f" WHERE NOT a.active AND {_IN_FORCE} ORDER BY g.login, g.id"
)
