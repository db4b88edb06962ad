"""Matters as people read them: one matter, and the ledger of a kind; cut by who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from models.cases.states import ClockState, Light
from models.matters.facts import EntryFacts, MatterFacts
from models.people.actor import SYSTEM, Actor
from models.values import Text
from rules.clock import light_on
from rules.matters.context import MatterContext
from rules.matters.predicates import seen_sql
from rules.matters.sight import is_inside, knows_the_name, offers, readable
from services.clock.calendar_versions import on_calendar
from services.installation.policy import context_for
from services.matters.published import every_kind, kind_of
from services.matters.store import eyes, load_matter
from services.unit_of_work import Database

#: What stands in place of a filer who hides the name.
HIDDEN = Text(zh="隐名企业", en="Name hidden")
ROWS = 50


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock of a matter, as it stands."""

    key: str
    name: Text
    round: int
    state: ClockState
    due_on: date | None
    stopped_on: date | None
    provisional: bool
    light: Light


@dataclass(frozen=True, slots=True)
class EntryRow:
    """What an act brought, as the reader may see it."""

    no: int
    act: str
    name: Text
    round: int
    on: date
    by: str | None
    """Sign-in name; ``None`` for readers from outside, and where it would tell who filed it."""
    form: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of an act's form."""

    key: str
    name: Text
    type: str
    holds: str | None
    required: bool
    choices: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An act that belongs to the reader now; ``reasons`` stand in its way."""

    act: str
    name: Text
    possible: bool
    reasons: tuple[Text, ...]
    form: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter as somebody may see it."""

    number: str
    version: int
    kind: str
    kind_name: Text
    title: str
    text: str
    state: str
    state_name: Text
    round: int
    filed_on: date
    class_: str
    class_name: Text
    category: Text | None
    channel: Text | None
    filer: str | None
    enterprise: str | Text | None
    about_type: str | None
    about: str | None
    unit: str | None
    handler: str | None
    result: str | None
    close_out_number: str | None
    due_on: date | None
    light: Light
    clocks: tuple[ClockRow, ...]
    entries: tuple[EntryRow, ...]
    offers: tuple[OfferRow, ...]


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A line of the ledger of a kind."""

    number: str
    title: str
    kind: str
    kind_name: Text
    state: str
    state_name: Text
    class_: str
    unit: str | None
    handler: str | None
    filed_on: date
    due_on: date | None
    light: Light
    close_out_number: str | None


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind that matters may be filed with."""

    key: str
    version: int
    name: Text
    summary: Text | None
    classes: tuple[tuple[str, Text], ...]
    categories: tuple[tuple[str, Text], ...]
    channels: tuple[tuple[str, Text], ...]
    about: tuple[str, ...]
    form: tuple[FieldRow, ...]


def matter_page(database: Database, number: int | str, viewer: Actor, now: datetime) -> MatterPage:
    """One matter with what may be read of it and done with it. ``NotFound`` for what is not theirs."""
    with database.reading() as connection:
        stored = load_matter(connection, number, viewer)
        context = on_calendar(connection, context_for(viewer, now), stored.calendar)
        around = MatterContext(context, posts=posts_of(connection, viewer, context.today))
    return _page(stored.facts, around)


def posts_of(connection: Connection, actor: Actor, on: date) -> frozenset[tuple[str, str | None]]:
    """The posts of somebody on a day, each with the department of its unit."""
    rows = connection.execute(_POSTS, {"login": actor.login, "on": on})
    return frozenset((row.post, row.department) for row in rows)


def _page(facts: MatterFacts, context: MatterContext) -> MatterPage:
    row, kind = facts.row, facts.kind
    inside, named = is_inside(facts, context), knows_the_name(facts, context)
    state = facts.state
    categories = {entry.key: entry.name for entry in kind.categories}
    channels = {entry.key: entry.name for entry in kind.channels}
    return MatterPage(
        number=row.number,
        version=row.version,
        kind=kind.key,
        kind_name=kind.name,
        title=row.title,
        text=row.text,
        state=row.state,
        state_name=state.name if inside else state.shown_as or state.name,
        round=row.round,
        filed_on=row.filed_on,
        class_=row.class_key,
        class_name=facts.class_.name,
        category=categories.get(row.category or ""),
        channel=channels.get(row.channel or ""),
        filer=row.filer if named else None,
        enterprise=row.enterprise if named else HIDDEN,
        about_type=row.about_type,
        about=row.about,
        unit=row.unit,
        handler=row.handler if inside else None,
        result=row.result,
        close_out_number=row.close_out_number,
        due_on=row.due_on,
        light=light_on(context.act.now, (row.due_on,), row.yellow_at),
        clocks=tuple(_clocks(facts, context)),
        entries=tuple(
            _entry(facts, entry, form, names=inside and (named or not _of_filer(facts, entry)))
            for entry, form in readable(facts, context)
        ),
        offers=tuple(
            OfferRow(o.act, o.declared.name, o.possible, o.reasons, _fields(o.declared.form))
            for o in offers(facts, context)
        ),
    )


def _of_filer(facts: MatterFacts, entry: EntryFacts) -> bool:
    return entry.by == facts.row.filer


def _entry(facts: MatterFacts, entry: EntryFacts, form: dict[str, Any], *, names: bool) -> EntryRow:
    declared = facts.kind.acts[entry.act]
    by = entry.by if names else None
    return EntryRow(entry.no, entry.act, declared.name, entry.round, entry.on, by, form)


def _clocks(facts: MatterFacts, context: MatterContext) -> list[ClockRow]:
    rows = sorted(facts.clocks.values(), key=lambda clock: (clock.round, clock.kind, clock.subject))
    return [
        ClockRow(
            clock.kind,
            facts.kind.clocks[clock.kind].name,
            clock.round,
            clock.state,
            clock.due_on,
            clock.stopped_on,
            clock.provisional,
            light_on(clock.stopped_on or context.act.now, (clock.due_on,), clock.yellow_at),
        )
        for clock in rows
    ]


def _fields(form: tuple[Any, ...]) -> tuple[FieldRow, ...]:
    return tuple(
        FieldRow(
            field.key,
            field.name,
            field.type.value,
            field.holds.value if field.holds else None,
            field.required and field.when is None,
            tuple((choice.key, choice.name) for choice in field.choices),
        )
        for field in form
    )


def kinds(database: Database, now: datetime) -> tuple[KindRow, ...]:
    """The kinds that matters may be filed with today, by key, each with the form of its filing."""
    with database.reading() as connection:
        known = every_kind(connection, context_for(SYSTEM, now).today)
    return tuple(
        KindRow(
            kind.key,
            kind.version,
            kind.name,
            kind.summary,
            tuple((entry.key, entry.name) for entry in kind.classes),
            tuple((entry.key, entry.name) for entry in kind.categories),
            tuple((entry.key, entry.name) for entry in kind.channels),
            tuple(about.value for about in kind.about.types),
            _fields(kind.acts[kind.filing].form),
        )
        for kind in known
    )


def ledger(
    database: Database,
    viewer: Actor,
    now: datetime,
    *,
    kind: str | None = None,
    state: str | None = None,
    after: str | None = None,
    rows: int = ROWS,
) -> tuple[MatterLine, ...]:
    """The matters that somebody may see, what falls due first on top; those of a kind, in a state.

    ``after`` is the number of the last line of the page before.
    """
    values: dict[str, object] = {"kind": kind, "state": state, "after": after, "rows": rows}
    with database.reading() as connection:
        lines = connection.execute(
            text(_LEDGER.format(seen=seen_sql(viewer))), values | eyes(viewer)
        ).all()
        definitions = {row.kind_id: kind_of(connection, row.kind_id) for row in lines}
    return tuple(
        MatterLine(
            row.number,
            row.title,
            definitions[row.kind_id].key,
            definitions[row.kind_id].name,
            row.state,
            definitions[row.kind_id].states[row.state].name,
            row.class_key,
            row.unit,
            row.handler,
            row.filed_on,
            row.due_on,
            light_on(now, (row.due_on,), row.yellow_at),
            row.close_out_number,
        )
        for row in lines
    )


_LEDGER = (
    "SELECT m.kind_id, m.number, m.title, m.state, m.class_key, m.unit, m.handler, m.filed_on,"
    " m.due_on, m.yellow_at, m.close_out_number FROM matter m"
    " JOIN matter_kind k ON k.id = m.kind_id WHERE {seen}"
    " AND (CAST(:kind AS text) IS NULL OR k.key = :kind)"
    " AND (CAST(:state AS text) IS NULL OR m.state = :state)"
    " AND (CAST(:after AS text) IS NULL OR (coalesce(m.due_on, DATE '9999-12-31'), m.id) >"
    " (SELECT coalesce(l.due_on, DATE '9999-12-31'), l.id FROM matter l WHERE l.number = :after))"
    " ORDER BY coalesce(m.due_on, DATE '9999-12-31'), m.id LIMIT :rows"
)
_POSTS = text(
    "SELECT g.post, u.department FROM role_grant g LEFT JOIN unit u ON u.key = g.unit"
    " WHERE g.login = :login AND g.from_on <= :on AND (g.to_on IS NULL OR g.to_on >= :on)"
)
