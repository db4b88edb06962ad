"""What a form sent: its fields and files, checked to come from one of our pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, BinaryIO

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from models.cases.commands import Entry, ProjectCommand
from models.errors import InvalidInput
from models.scenarios.forms import FormValue
from rules.cases.declarations.form import entries
from rules.cases.declarations.registry import registry
from web.kept_forms import BY, PAGE, form_to_keep
from web.portal import portal_of
from web.sessions import FormExpired, check_form_token
from web.viewer import SignInNeeded, Viewer, Visitor, VisitorHere

PAPER = "paper_"
#: Before the key of a field of the item's own form.
FIELD = "field_"
#: Before the key of what a notice of corrections names: what is wrong with it.
WRONG = {"materials": "wrong_paper_", "fields": "wrong_field_"}
#: A department's officers who were there: one input for each department.
OFFICERS = "officers_"
#: A utility that did not come, and the reason it gave: a box and a line for each.
ABSENT, EXCUSE = "absent_", "excuse_"
#: A file of which nobody has said yet which paper it is, ``fingerprint:name``, and before its
#: fingerprint the choice of the paper.
UNSORTED, SORT = "unsorted", "sort_"
#: What a form that is saved as a draft is about.
TITLE = "draft_title"
MOST_FILES = 60
MOST_FIELDS = 400
#: Fields of a form that are not fields of its command.
_OWN = frozenset({"csrf", "key", "signed", "back", "step", UNSORTED, TITLE, BY, PAGE})
_PREFIXES = ("commitment_", OFFICERS, ABSENT, EXCUSE, PAPER, FIELD, SORT, *WRONG.values())


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a form."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Submission:
    """One form as it was sent."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    """Name of the input → the file that was chosen, the last one where there are several."""
    several: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    """Name of the input → all that were chosen."""

    def text(self, name: str) -> str:
        """The one value of a field; empty when it was not sent."""
        return self.fields.get(name, [""])[0].strip()

    def secret(self, name: str) -> str:
        """A password, sign by sign: nothing is taken away from it (OWASP ASVS 5, 6.2.8)."""
        return self.fields.get(name, [""])[0]

    def as_written(self, name: str) -> str:
        """A text of several lines, letter by letter, with the line breaks of our files."""
        return self.fields.get(name, [""])[0].replace("\r\n", "\n")

    @property
    def key(self) -> str | None:
        """The form's own idempotency key: sent twice, it is one act."""
        return self.text("key")[:100] or None

    @property
    def papers(self) -> dict[str, Upload]:
        """Material key → file, for the inputs of a list of papers."""
        return {name[len(PAPER) :]: f for name, f in self.files.items() if name.startswith(PAPER)}

    @property
    def filled(self) -> dict[str, str]:
        """Key of a field of the item's form → what was typed or ticked."""
        named = {name: texts[0] for name, texts in self.fields.items() if texts}
        return {name[len(FIELD) :]: text for name, text in named.items() if name.startswith(FIELD)}

    def values(self) -> dict[str, Any]:
        """What was typed, to fill the form again."""
        return {
            name: texts for name, texts in self.fields.items() if name not in {"csrf", "key", BY}
        }


async def _read(request: Request) -> AsyncIterator[Submission]:
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        fields: dict[str, list[str]] = {}
        several: dict[str, list[Upload]] = {}
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    several.setdefault(name, []).append(Upload(value.filename, value.file))
            else:
                fields.setdefault(name, []).append(value)
        yield Submission(fields, {name: chosen[-1] for name, chosen in several.items()}, several)


Sent = Annotated[Submission, Depends(_read)]


def _own_form(request: Request, sender: VisitorHere, sent: Sent) -> tuple[Viewer, Submission]:
    if not isinstance(sender, Viewer):
        raise SignInNeeded(form_to_keep(request, sent.fields))
    try:
        check_form_token(portal_of(request), sender.holder, sent.text("csrf"))
    except FormExpired as refusal:
        form = form_to_keep(request, sent.fields)
        if form is None:
            raise
        raise SignInNeeded(form, sender) from refusal
    return sender, sent


def _visitors_form(request: Request, viewer: VisitorHere, sent: Sent) -> tuple[Visitor, Submission]:
    check_form_token(portal_of(request), viewer.holder, sent.text("csrf"))
    return viewer, sent


#: A form of someone who is signed in, proven to come from one of our pages.
OwnForm = Annotated[tuple[Viewer, Submission], Depends(_own_form)]
#: The same of anyone, for the sign-in form.
VisitorsForm = Annotated[tuple[Visitor, Submission], Depends(_visitors_form)]


def command_of(sent: Submission, form: Mapping[str, FormValue] | None = None) -> ProjectCommand:
    """The command that a form stands for; raises ``ValidationError`` naming what is wrong.

    ``form`` is what was filled in of the item's own form, typed.
    """
    act = registry().acts.get(sent.text("act"))
    filled = {} if form is None else {"form": form}
    return registry().reader.validate_python(
        document_of(sent, act.command if act else None) | filled
    )


def document_of(sent: Submission, command: type[BaseModel] | None) -> dict[str, Any]:
    """What a form says, as the plain document of a command; what may be left out and is empty is left out."""
    document = _typed(sent)
    for form_field in entries(command) if command is not None else ():
        read = _READERS.get(form_field.entry)
        if read is not None:
            document |= read(sent, form_field.name)
        elif (
            document.get(form_field.name) == ""
            and not form_field.required
            and form_field.entry in _MAY_BE_EMPTY
        ):
            del document[form_field.name]
    return document


def _typed(sent: Submission) -> dict[str, Any]:
    """What was typed in one line or area each; the version that was seen may be missing."""
    typed = {
        name: values[0].strip()
        for name, values in sent.fields.items()
        if name not in _OWN and not name.startswith(_PREFIXES)
    }
    if typed.get("seen_version") == "":
        del typed["seen_version"]
    return typed


def _logins(sent: Submission, name: str) -> dict[str, Any]:
    """Sign-in names, between blanks or commas."""
    return {name: sent.text(name).replace(",", " ").split()} if name in sent.fields else {}


def _ticked(sent: Submission, name: str) -> dict[str, Any]:
    return {name: sent.fields[name]} if name in sent.fields else {}


def _attendance(sent: Submission, name: str) -> dict[str, Any]:
    """Who was there for each department; for those that are said not to have come only who is named."""
    parties = [field.removeprefix(OFFICERS) for field in sent.fields if field.startswith(OFFICERS)]
    attendance = {key: sent.text(f"{OFFICERS}{key}").replace(",", " ").split() for key in parties}
    absent = _absences(sent, "absent")["absent"]
    return {name: {key: named for key, named in attendance.items() if named or key not in absent}}


def _absences(sent: Submission, name: str) -> dict[str, Any]:
    """Who is said not to have come, with the reason that they gave."""
    absent = [field.removeprefix(ABSENT) for field in sent.fields if field.startswith(ABSENT)]
    return {name: {key: sent.text(f"{EXCUSE}{key}") for key in absent}}


def _faults(sent: Submission, name: str) -> dict[str, Any]:
    """What was ticked to be corrected, and what is wrong with each."""
    return {name: {key: sent.text(f"{WRONG[name]}{key}") for key in sent.fields.get(name, ())}}


def _commitment(sent: Submission, name: str) -> dict[str, Any]:
    """The signed commitment, when the box that signs it is ticked."""
    if not sent.text("signed"):
        return {name: None}
    signed = {"text": sent.text("commitment_text"), "signer": sent.text("commitment_signer")}
    if not signed["signer"]:
        remedy = "Write the name of whoever signs."
        raise InvalidInput(field="commitment_signer", value="–", remedy=remedy)
    return {name: signed}


#: How a value is read that is not typed in one field.
_READERS: Mapping[Entry, Callable[[Submission, str], dict[str, Any]]] = {
    Entry.LOGINS: _logins,
    Entry.CODES: _logins,
    Entry.TICKS: _ticked,
    Entry.FAULTS: _faults,
    Entry.ATTENDANCE: _attendance,
    Entry.ABSENCES: _absences,
    Entry.COMMITMENT: _commitment,
}
#: Left empty, these are left out.
_MAY_BE_EMPTY = frozenset(
    {Entry.AREA, Entry.LINE, Entry.NUMBER, Entry.DAY, Entry.MOMENT, Entry.UNIT}
)
