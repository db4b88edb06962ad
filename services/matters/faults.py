"""What an audit may find of matters: the faults of projects' chains and rows, in words of matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.cases.audit.faults import (
    Broken,
    EndCutOff,
    EventAltered,
    EventMissing,
    NotComparable,
    NoticesDiffer,
    ProjectGone,
    RowDiffers,
)


class MatterEventAltered(Broken):
    template = "matter: {project}: event {seq} ({kind}) was altered: its hash is not the one it was written with."


class MatterEventMissing(Broken):
    template = "matter: {project}: event {seq} is missing; the next one in the log is {found}."


class MatterEndCutOff(Broken):
    template = "matter: {project}: the log ends at event {seq}, but the matter remembers {remembered} events and another end."


class MatterRowDiffers(Broken):
    template = (
        "matter: {project}: {part} {key}: {name} is {row}, but the events up to {seq} say {log}."
    )


class MatterNotComparable(Broken):
    template = "matter: {project}: its rows cannot be compared with its {seq} events: {reason}"


class MatterGone(Broken):
    template = "matter: {project}: there is no such matter, but {seq} events of it."


class MatterNoticesDiffer(Broken):
    template = "matter: {project}: the notices of the act that begins with event {seq} are not the ones that were sent."


#: What a fault of a chain is called where the chain is a matter's.
_OF_MATTERS: Final[Mapping[type[Broken], type[Broken]]] = {
    EventAltered: MatterEventAltered,
    EventMissing: MatterEventMissing,
    EndCutOff: MatterEndCutOff,
    RowDiffers: MatterRowDiffers,
    NotComparable: MatterNotComparable,
    ProjectGone: MatterGone,
    NoticesDiffer: MatterNoticesDiffer,
}


def of_a_matter(fault: Broken) -> Broken:
    """The same fault of a matter."""
    params = {
        name: value
        for name, value in fault.params.items()
        if name not in {"project", "seq", "field"}
    }
    return _OF_MATTERS[type(fault)](project=fault.project, seq=fault.seq, **params)
