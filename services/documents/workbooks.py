"""Workbooks (XLSX) that people send: what they unpack to is bounded before they are, and what is none is told."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

#: What a workbook of ours unpacks to at the most, in bytes: a small one that grows without end is refused.
UNPACKED: Final = 200_000_000
#: Parts of a workbook: each sheet is one, and some more.
MOST_PARTS: Final = 1000
#: What openpyxl and the readers below it say of a file that is no workbook, also while its rows are read.
FAULTS: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
)


class TooMuch(ValueError):
    """It would unpack to more than is read."""


def open_workbook(content: bytes, *, rows_alone: bool = False) -> Any:
    """The workbook in a file; ``rows_alone``: values row by row, not held in memory as a whole.

    Raises one of :data:`FAULTS`.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        message = "it unpacks to more than a workbook holds"
        raise TooMuch(message)
    return load_workbook(io.BytesIO(content), read_only=rows_alone, data_only=rows_alone)


def has_macros(content: bytes) -> bool:
    """Whether a workbook carries programs. Raises one of :data:`FAULTS`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any("vbaProject" in name for name in archive.namelist())
