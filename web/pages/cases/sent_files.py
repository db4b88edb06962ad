"""Any number of files with one form: each is taken or refused by itself, and found its paper by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from models.cases import commands as c
from models.errors import KaigongError
from models.scenarios.definition import Text
from rules.documents.sorting import paper_by_name
from services.cases.acts import execute
from web.forms import PAPER, SORT, UNSORTED, Submission, Upload
from web.portal import Portal
from web.uploads import store_sent
from web.viewer import Viewer

#: Input for any number of files at once.
MANY = "files"
#: What is chosen for a file that is not wanted.
NONE = "none"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file."""

    name: str
    paper: Text | None = None
    """What it was handed in as; ``None``: it waits for somebody to say, or was refused."""
    by_name: bool = False
    """Whether its name was all that told which paper it is."""
    refusal: str | None = None


@dataclass
class Desk:
    """Takes the files of one form, one after the other; each is a transaction of its own."""

    portal: Portal
    viewer: Viewer
    code: str
    sent: Submission
    papers: Mapping[str, Text]
    """Key → name of what may be handed in."""
    awaited: Mapping[str, Text]
    """Those of them that are not there yet: only these are found by name, so that nothing is replaced unasked."""
    refusal: Callable[[KaigongError], str]
    unsorted: list[str] = field(default_factory=list)
    """What waits for somebody to say which paper it is, ``fingerprint:name``."""
    taken: set[str] = field(default_factory=set)

    def results(self) -> tuple[FileResult, ...]:
        """What became of every file, in the order in which they were sent."""
        return (*self._chosen(), *self._named(), *self._dropped())

    def _chosen(self) -> Iterator[FileResult]:
        """Files sent before, of which somebody says now which paper each is."""
        for waiting in self.sent.fields.get(UNSORTED, ()):
            sha256, _, name = waiting.partition(":")
            paper = self.sent.text(f"{SORT}{sha256}")
            if paper in self.papers:
                yield self._refused_or(name, partial(self._submit, paper, sha256, name))
            elif paper != NONE:
                self.unsorted.append(waiting)

    def _named(self) -> Iterator[FileResult]:
        """Files sent as one paper each."""
        for name, uploads in self.sent.several.items():
            paper = name.removeprefix(PAPER)
            if name.startswith(PAPER) and paper in self.papers:
                for upload in uploads:
                    yield self._refused_or(upload.name, partial(self._hand_in, paper, upload))

    def _dropped(self) -> Iterator[FileResult]:
        """Files sent together, to be sorted by their names."""
        for upload in self.sent.several.get(MANY, ()):
            open_ = {key: name for key, name in self.awaited.items() if key not in self.taken}
            paper = paper_by_name(upload.name, open_)
            if paper is None:
                yield self._refused_or(upload.name, partial(self._keep, upload))
            else:
                taken = self._refused_or(upload.name, partial(self._hand_in, paper, upload))
                yield replace(taken, by_name=taken.paper is not None)

    def _keep(self, upload: Upload) -> FileResult:
        file = store_sent(self.portal, self.viewer, upload.content, upload.name)
        self.unsorted.append(f"{file.sha256}:{file.name}")
        return FileResult(file.name)

    def _hand_in(self, paper: str, upload: Upload) -> FileResult:
        file = store_sent(self.portal, self.viewer, upload.content, upload.name)
        return self._submit(paper, file.sha256, file.name)

    def _submit(self, paper: str, sha256: str, name: str) -> FileResult:
        command = c.SubmitMaterial(material=paper, file_name=name, sha256=sha256)
        key = f"{self.sent.key}:{paper}:{sha256[:16]}" if self.sent.key else None
        viewer = self.viewer
        execute(self.portal.database, self.code, command, viewer.actor, viewer.now, key=key)
        self.taken.add(paper)
        return FileResult(name, self.papers[paper])

    def _refused_or(self, name: str, take: Callable[[], FileResult]) -> FileResult:
        try:
            return take()
        except KaigongError as error:
            return FileResult(name, refusal=self.refusal(error))
