"""The declaration of a part of a project.

From a declaration follow the columns of its table (``models.tables.parts``), how its rows are loaded
and written (``services.ledger.store``), how an act changes it (``rules.cases.ledgers``), the lines that
events carry of it, how these fold back (``rules.cases.replay``) and how an audit shows a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from models.codec import Codec, Dataclass, Values, codec

F = TypeVar("F", bound=Dataclass)

#: SQL of defaults of columns: no texts, an empty document.
NO_TEXTS = "'{}'::text[]"
NOTHING = "'{}'::jsonb"

Rows = Mapping[Any, F]
Line = Mapping[str, Any]


def fact(  # noqa: PLR0913 - what there is to say of a field, each thing by its name
    *,
    default: Any = MISSING,
    default_factory: Any = MISSING,
    kept: bool = False,
    cleared: bool = False,
    logged: bool = True,
    values: Values | None = None,
    sql: str | None = None,
    checked: bool = True,
    server_default: str | None = None,
) -> Any:
    """A field of facts that has more to say than its type.

    ``kept``: kept when the item's approval is voided, so that it can be restored. ``cleared``: a new
    round of the item begins without it. ``logged``: the log tells it; ``False`` for what counts
    changes or is derived for look-up alone. ``values``: how it is written as JSON. Of its column:
    ``sql`` is its type where the field's does not say it, ``checked`` whether an enumeration's values
    are checked, ``server_default`` the SQL of its default.
    """
    metadata = {
        "kept": kept,
        "cleared": cleared,
        "logged": logged,
        "values": values,
        "sql": sql,
        "checked": checked,
        "server_default": server_default,
    }
    if default_factory is not MISSING:
        return field(default_factory=default_factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def marked(facts: type[Dataclass], mark: str) -> tuple[str, ...]:
    """Names of the fields with a mark; every field is ``logged`` unless declared otherwise."""
    usual = mark == "logged"
    return tuple(field.name for field in fields(facts) if field.metadata.get(mark, usual))


def defaults(facts: type[Dataclass], mark: str) -> dict[str, Any]:
    """The fields with a mark and their defaults."""
    return {field.name: _default(field) for field in fields(facts) if field.metadata.get(mark)}


def _default(of: Field[Any]) -> Any:
    return of.default if of.default_factory is MISSING else of.default_factory()


@dataclass(frozen=True, slots=True)
class PartIndex:
    """An index of a part's table: what people or the watch look for."""

    name: str
    columns: tuple[str, ...]
    where: str | None = None
    """Condition in SQL: rows that are looked for at all."""
    unique: bool = False


@dataclass(frozen=True, eq=False)
class Part(Generic[F]):
    """One part of a project: a table with a class of facts.

    Two declarations are never the same part, whatever they say.
    """

    name: str
    """Under which a project has it, and remembers that it has rows of it."""
    facts: type[F]
    """A frozen dataclass; its fields are the table's columns."""
    table: str
    key: tuple[str, ...]
    """Fields that identify a row within its project."""
    label: str
    """What an audit calls a row."""
    log: str | None = None
    """Name under which events carry the lines of rows that changed. ``None``: an event tells the
    change in its own words, see ``rules.cases.replay``."""
    owner: str = "project"
    """Table of whom its rows belong to: a project, or a matter."""
    common: bool = False
    """Whether every project has rows of it. Any other is read by an act only in the projects that have
    some: a table that is not looked into is not locked, nor its indexes."""
    line: Callable[[F], Line] | None = None
    """What an event carries of a row that changed, where it is not the row as it stands."""
    fold: Callable[[Rows[F], Line], F] | None = None
    """The row that follows from the rows before and a line, where the line is not the row itself."""
    past: str | None = None
    """Condition in SQL: rows that no rule needs any more, loaded for the history alone."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """Name → condition in SQL that every row fulfils, beside those of enumerations."""
    indexes: tuple[PartIndex, ...] = ()
    codec: Codec[F] = field(init=False)
    key_of: Callable[[F], Any] = field(init=False)
    """A row's key: a tuple where it has several fields."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "codec", codec(self.facts))
        object.__setattr__(self, "key_of", attrgetter(*self.key))

    @property
    def owned_by(self) -> str:
        """The column that names whom a row belongs to."""
        return f"{self.owner}_id"

    def line_of(self, row: F) -> Line:
        """What an event carries of a row that changed, as plain JSON values."""
        return self.line(row) if self.line is not None else self.codec.document(row)

    def folded(self, rows: Rows[F], line: Line) -> F:
        """The row that follows from the rows before and a line that an event carries."""
        return self.fold(rows, line) if self.fold is not None else self.codec.read(line)
