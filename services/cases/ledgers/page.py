"""The page of a ledger: its lines, what they can be picked out by, and the views that its reader keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from rules.ledgers.definition import LedgerDefinition
from services.cases.ledgers.choices import Offered, offered
from services.cases.ledgers.registry import ledger_of, source_of
from services.ledgers.export import FileFormat, Reader, write
from services.ledgers.question import Question, question
from services.ledgers.source import Lines
from services.paging import COUNTED
from services.people.viewer import Viewer
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """One page of a ledger, for one viewer."""

    definition: LedgerDefinition
    asked: Question
    lines: Lines
    offered: Offered

    @property
    def counted(self) -> str:
        """The number of lines as a page shows it: `1000+` for so many or more."""
        return f"{COUNTED}+" if self.lines.total >= COUNTED else str(self.lines.total)


def ledger_page(
    database: Database, viewer: Viewer, key: str, asked: Mapping[str, str]
) -> LedgerPage:
    """A page of a ledger as an address asks for it. Two queries, one more for a list that goes on, and one for each scenario that was
    not read yet. Raises ``UnknownLedger``, ``WrongQuestion`` and ``BadCursor``.
    """
    definition = ledger_of(key)
    asking = question(definition, asked, viewer.actor, viewer.now)
    with database.reading() as connection:
        return LedgerPage(
            definition,
            asking,
            source_of(definition).page(connection, asking),
            offered(connection, definition, viewer),
        )


def ledger_lines(
    database: Database, viewer: Viewer, key: str, asked: Mapping[str, str]
) -> tuple[Question, Lines]:
    """The same for a program: the lines alone."""
    definition = ledger_of(key)
    asking = question(definition, asked, viewer.actor, viewer.now)
    with database.reading() as connection:
        return asking, source_of(definition).page(connection, asking)


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger that was written as a file."""

    content: IO[bytes]
    """At its beginning; whoever has it closes it."""
    lines: int


def ledger_file(
    database: Database, viewer: Viewer, key: str, asked: Mapping[str, str], kind: FileFormat
) -> LedgerFile:
    """All lines that an address asks for, on disk: as many as there are, with the memory of a page."""
    definition = ledger_of(key)
    asking = question(definition, asked, viewer.actor, viewer.now)
    file = TemporaryFile()  # noqa: SIM115 - whoever is answered closes it
    try:
        with database.snapshot() as connection:
            reader = Reader(viewer.language, viewer.translate)
            lines = write(connection, source_of(definition), asking, reader, kind, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return LedgerFile(file, lines)
