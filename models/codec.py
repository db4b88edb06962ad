"""The codec between dataclasses and plain JSON values: rows, lines of events, kept values.

The type of a field decides how it is written and read, never its name: a date is an ISO text, an
enumeration its value, a tuple a list, a dataclass an object. What a document says beside the fields
is left alone, so that a later program reads what an earlier one wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import UnionType
from typing import Any, ClassVar, Generic, Protocol, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as type_hints

from models.making import getter, maker


class Dataclass(Protocol):
    """An instance of a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


T = TypeVar("T", bound=Dataclass)
Convert = Callable[[Any], Any]
#: Days, and moments, of which the texts are remembered: those of a year of decisions come again and again.
_DAYS = 4096


class Values(Protocol):
    """How values of one field are written and read, where its type alone does not say it."""

    def write(self, value: Any) -> object:
        """The value as plain JSON values."""

    def read(self, document: Any) -> Any:
        """The value from its plain JSON values."""


class Codec(Generic[T]):
    """How a dataclass is written as plain JSON values and read from them.

    Raises ``KeyError`` or ``ValueError`` for a value that its field cannot have, and ``TypeError``
    when a field without a default is missing.
    """

    def __init__(self, of: type[T]) -> None:
        self.of = of
        self.types = type_hints(of)
        own = tuple(field for field in fields(of) if field.init)
        self.names = tuple(field.name for field in own)
        """The fields in their order."""
        self.nullable = frozenset(name for name in self.names if _is_optional(self.types[name]))
        pairs = {field.name: _values(self.types[field.name], field) for field in own}
        self._write = {name: write for name, (write, _) in pairs.items() if write is not None}
        self._writers = tuple(self._write.items())
        self._by_hand = tuple(
            (field.name, self._write[field.name])
            for field in own
            if field.name in self._write and not _is_native(self.types[field.name], field)
        )
        self._pairs = tuple((name, self._write.get(name)) for name in self.names)
        self._get = getter(self.names)
        self._read = {name: read for name, (_, read) in pairs.items() if read is not None}
        self._place = {name: position for position, name in enumerate(self.names)}
        self._columns = tuple((self._place[name], read) for name, read in self._read.items())
        self._make = maker(of)
        self._is_whole = len(own) == len(fields(of))
        self._usual = [field.default for field in own]
        self._made_anew = {
            field.name: field.default_factory
            for field in own
            if field.default_factory is not MISSING
        }

    def write(self, value: T) -> dict[str, Any]:
        """Every field as a plain JSON value."""
        document: dict[str, Any] = dict(zip(self.names, self._get(value), strict=True))
        for name, write in self._writers:
            field_value = document[name]
            if field_value is not None:
                document[name] = write(field_value)
        return document

    def record(self, value: T) -> dict[str, Any]:
        """Every field, for the JSON encoder: dates and the like are left to it."""
        document: dict[str, Any] = dict(zip(self.names, self._get(value), strict=True))
        for name, write in self._by_hand:
            field_value = document[name]
            if field_value is not None:
                document[name] = write(field_value)
        return document

    def some(self, value: T, names: Iterable[str]) -> dict[str, Any]:
        """Some of the fields as plain JSON values."""
        document = {}
        for name in names:
            field_value, write = getattr(value, name), self._write.get(name)
            document[name] = (
                write(field_value) if write is not None and field_value is not None else field_value
            )
        return document

    def document(self, value: T) -> dict[str, Any]:
        """The fields that are not ``None`` as plain JSON values."""
        return {
            name: write(field_value) if write is not None else field_value
            for name, write in self._pairs
            if (field_value := getattr(value, name)) is not None
        }

    def read(self, document: Mapping[str, Any]) -> T:
        """From plain JSON values by name; a field that they leave out has its default."""
        if not self._is_whole:
            return self.of(**self.values(document))
        row, place, reads = self._usual.copy(), self._place, self._read
        for name, plain in document.items():
            if name in place:
                read = reads.get(name) if plain is not None else None
                row[place[name]] = read(plain) if read is not None else plain
        for name, value in zip(self.names, row, strict=True):
            if value is MISSING:
                row[place[name]] = self._anew(name)
        return self._make(row)

    def _anew(self, name: str) -> Any:
        """The default of a field that every instance has of its own."""
        if name not in self._made_anew:
            message = f"{self.of.__name__} is not whole without {name}"
            raise TypeError(message)
        return self._made_anew[name]()

    def values(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The values of those fields that the document names."""
        values = {name: document[name] for name in self.names if name in document}
        for name, read in self._read.items():
            if values.get(name) is not None:
                values[name] = read(values[name])
        return values

    def read_row(self, row: list[Any]) -> T:
        """From plain JSON values in the order of :attr:`names`; the list is used up."""
        for position, read in self._columns:
            value = row[position]
            if value is not None:
                row[position] = read(value)
        return self._make(row)


class Tagged:
    """Dataclasses of which each has a ``kind``: the document names it under ``tag``.

    What is ``None`` or an empty text is left out.
    """

    def __init__(self, tag: str, *kinds: type[Any]) -> None:
        self._tag = tag
        self._codecs = {kind.kind.value: codec(kind) for kind in kinds}

    def write(self, value: Any) -> dict[str, Any]:
        """The value as plain JSON values."""
        kind = value.kind.value
        document = {self._tag: kind}
        document.update(self._codecs[kind].document(value))
        return {name: plain for name, plain in document.items() if plain != ""}

    def read(self, document: Mapping[str, Any]) -> Any:
        """The value from its plain JSON values."""
        return self._codecs[document[self._tag]].read(document)


class Many:
    """A tuple of such values."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def write(self, value: Iterable[Any]) -> list[Any]:
        """The values as a list."""
        return [self._values.write(member) for member in value]

    def read(self, document: Iterable[Any]) -> tuple[Any, ...]:
        """The values from a list."""
        return tuple([self._values.read(member) for member in document])


_CODECS: dict[type[Any], Codec[Any]] = {}


def codec(of: type[T]) -> Codec[T]:
    """The codec of a dataclass, worked out once."""
    if of not in _CODECS:
        _CODECS[of] = Codec(of)
    return _CODECS[of]


def _values(hint: Any, field: Field[Any] | None = None) -> tuple[Convert | None, Convert | None]:
    """How values of a type are written and read; ``None`` where they are plain JSON values already."""
    own: Values | None = field.metadata.get("values") if field is not None else None
    if own is not None:
        return own.write, own.read
    hint = without_none(hint)
    origin = get_origin(hint)
    if origin is tuple:
        return _list(*_values(get_args(hint)[0]))
    if origin is not None and issubclass(origin, Mapping):
        return dict, None
    if isinstance(hint, type):
        return _of_class(hint)
    return None, None


def _of_class(hint: type[Any]) -> tuple[Convert | None, Convert | None]:
    if issubclass(hint, StrEnum):
        # The look-up is what calling the class comes down to, at a tenth of its price.
        return None, {member.value: member for member in hint}.__getitem__
    if issubclass(hint, date):
        # A moment is a date too, with a time of day of its own.
        return hint.isoformat, lru_cache(maxsize=_DAYS)(hint.fromisoformat)
    if is_dataclass(hint):
        nested = codec(hint)
        return nested.document, nested.read
    return None, None


def _is_native(hint: Any, field: Field[Any] | None = None) -> bool:
    """Whether the JSON encoder writes values of a type by itself, as :meth:`Codec.write` would."""
    if field is not None and "values" in field.metadata:
        return False
    hint = without_none(hint)
    if get_origin(hint) is tuple:
        return _is_native(get_args(hint)[0])
    return isinstance(hint, type) and issubclass(hint, (date, str, int))


def _list(write: Convert | None, read: Convert | None) -> tuple[Convert, Convert]:
    if write is None and read is None:
        return list, tuple
    return (
        lambda value: [write(element) if write else element for element in value],
        lambda document: tuple(read(element) if read else element for element in document),
    )


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)


def without_none(hint: Any) -> Any:
    """A type without its ``None``, if it has one."""
    if not _is_optional(hint):
        return hint
    left = [member for member in get_args(hint) if member is not type(None)]
    return left[0] if len(left) == 1 else Any
