"""What an audit may find: each fault is told in a sentence that names the place."""

from __future__ import annotations

from config.texts import Word
from models.errors import KaigongError


class Broken(KaigongError):
    template = "project: {project}: the ledger is not as it was written."
    field = "project"
    project: str | None
    """Code of the project; ``None`` for what belongs to the installation."""
    seq: int
    """Number of the first event that is not as it should be; 0 where it is none."""

    def __init__(self, *, project: str | None, seq: int = 0, **params: object) -> None:
        self.project, self.seq = project, seq
        place = Word("installation") if project is None else project
        super().__init__(field="project", project=place, seq=seq, **params)


class EventAltered(Broken):
    template = "project: {project}: event {seq} ({kind}) was altered: its hash is not the one it was written with."


class EventMissing(Broken):
    template = "project: {project}: event {seq} is missing; the next one in the log is {found}."


class EndCutOff(Broken):
    template = "project: {project}: the log ends at event {seq}, but the project remembers {remembered} events and another end."


class RowDiffers(Broken):
    template = (
        "project: {project}: {part} {key}: {name} is {row}, but the events up to {seq} say {log}."
    )


class NotComparable(Broken):
    """What the project rests on is gone or changed: nothing can be said of its rows; others go on."""

    template = "project: {project}: its rows cannot be compared with its {seq} events: {reason}"


class ProjectGone(Broken):
    template = "project: {project}: there is no such project, but {seq} events of it."


class NoticesDiffer(Broken):
    template = "project: {project}: the notices of the act that begins with event {seq} are not the ones that were sent."


class RecordAltered(Broken):
    template = "{project}: {kind} {key} was altered: it is not as it was written."


class RecordGone(Broken):
    template = "{project}: {kind} {key} was written, and is gone."


class RecordForged(Broken):
    template = "{project}: {kind} {key} is there, but nothing of Kaigong wrote it."


class FileAltered(Broken):
    template = "{project}: the file {key} holds another content than the one that was stored."


class AnchorNotValid(Broken):
    template = (
        "{project}: {name} was not signed with the key of this installation, or was changed since."
    )


class AnchorMissing(Broken):
    template = "{project}: anchor {number} is missing."


class AnchorUnknown(Broken):
    """The folder knows more than the database: a backup was restored, or its end was cut."""

    template = "{project}: the database does not know anchor {number} of {day}: it is older than that, or its end was cut."


class RewrittenSince(Broken):
    template = "project: {project}: event {seq} is not the one that was anchored on {day}: the log was rewritten."


class CutSince(Broken):
    template = "project: {project}: the log ends at event {seq}, but {anchored} events were anchored on {day}."


class GoneSince(Broken):
    template = "project: {project}: it was anchored on {day} with {seq} events, and is gone."


class SealsRewritten(Broken):
    template = "{project}: the seals of records are not the ones that were anchored on {day} (anchor {number})."
