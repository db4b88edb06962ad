"""What a form sent: its fields and files, checked to come from one of our pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, BinaryIO

from fastapi import Depends, Request
from pydantic import TypeAdapter
from starlette.datastructures import UploadFile

from models import commands as c
from models.errors import InvalidInput
from models.form import FormValue
from web.portal import portal_of
from web.sessions import check_form_token
from web.viewer import SignedIn, Viewer, Visitor, VisitorHere

PAPER = "paper_"
#: Before the key of a field of the item's own form.
FIELD = "field_"
#: Before the key of what a notice of corrections names: what is wrong with it.
WRONG = {"materials": "wrong_paper_", "fields": "wrong_field_"}
#: A department's officers who were there: one input for each department.
OFFICERS = "officers_"
#: A utility that did not come, and the reason it gave: a box and a line for each.
ABSENT, EXCUSE = "absent_", "excuse_"
MOST_FILES = 60
MOST_FIELDS = 400
_COMMAND: TypeAdapter[c.Command] = TypeAdapter(c.Command)
#: Fields of a form that are not fields of its command.
_OWN = frozenset({"csrf", "key", "signed", "back"})
_PREFIXES = ("commitment_", OFFICERS, ABSENT, EXCUSE, PAPER, FIELD, *WRONG.values())


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
    """Name of the input → the file that was chosen."""

    def text(self, name: str) -> str:
        """The one value of a field; empty when it was not sent."""
        return self.fields.get(name, [""])[0].strip()

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
        named = {name: found[0] for name, found in self.fields.items() if found}
        return {name[len(FIELD) :]: text for name, text in named.items() if name.startswith(FIELD)}

    def values(self) -> dict[str, Any]:
        """What was typed, to fill the form again."""
        return {name: found for name, found in self.fields.items() if name not in {"csrf", "key"}}


async def _read(request: Request) -> AsyncIterator[Submission]:
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        fields: dict[str, list[str]] = {}
        files: dict[str, Upload] = {}
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files[name] = Upload(value.filename, value.file)
            else:
                fields.setdefault(name, []).append(value)
        yield Submission(fields, files)


Sent = Annotated[Submission, Depends(_read)]


def _own_form(request: Request, reader: SignedIn, sent: Sent) -> tuple[Viewer, Submission]:
    check_form_token(portal_of(request), reader.holder, sent.text("csrf"))
    return reader, sent


def _visitors_form(request: Request, reader: VisitorHere, sent: Sent) -> tuple[Visitor, Submission]:
    check_form_token(portal_of(request), reader.holder, sent.text("csrf"))
    return reader, sent


#: A form of someone who is signed in, proven to come from one of our pages.
OwnForm = Annotated[tuple[Viewer, Submission], Depends(_own_form)]
#: The same of anyone, for the sign-in form.
VisitorsForm = Annotated[tuple[Visitor, Submission], Depends(_visitors_form)]


def command_of(sent: Submission, form: Mapping[str, FormValue] | None = None) -> c.ProjectCommand:
    """The command that a form stands for; raises ``ValidationError`` naming what is wrong.

    ``form`` is what was filled in of the item's own form, typed.
    """
    document: dict[str, Any] = {} if form is None else {"form": form}
    for name, values in sent.fields.items():
        if name in _OWN or name.startswith(_PREFIXES):
            continue
        document[name] = values if name == "defer" else values[0].strip()
    if "officers" in document:
        document["officers"] = document["officers"].replace(",", " ").split()
    if document.get("act") == "record_site_visit":
        document |= _attendance(sent)
    if document.get("act") == "request_correction":
        document |= {kind: _named(sent, kind) for kind in WRONG}
    if document.get("act") == "submit_application":
        document["commitment"] = _commitment(sent)
    if document.get("saved_cost") == "":
        del document["saved_cost"]
    if document.get("seen_version") == "":
        del document["seen_version"]
    return _COMMAND.validate_python(document)


def _attendance(sent: Submission) -> dict[str, Any]:
    """Who was at a joint visit, and who is said not to have come."""
    absent = [name.removeprefix(ABSENT) for name in sent.fields if name.startswith(ABSENT)]
    parties = [name.removeprefix(OFFICERS) for name in sent.fields if name.startswith(OFFICERS)]
    there = {key: sent.text(f"{OFFICERS}{key}").replace(",", " ").split() for key in parties}
    return {
        "officers": {key: named for key, named in there.items() if named or key not in absent},
        "absent": {key: sent.text(f"{EXCUSE}{key}") for key in absent},
    }


def _named(sent: Submission, kind: str) -> dict[str, str]:
    """What was ticked to be corrected, and what is wrong with each."""
    return {key: sent.text(f"{WRONG[kind]}{key}") for key in sent.fields.get(kind, ())}


def _commitment(sent: Submission) -> dict[str, str] | None:
    """The signed commitment, when the box that signs it is ticked."""
    if not sent.text("signed"):
        return None
    signed = {"text": sent.text("commitment_text"), "signer": sent.text("commitment_signer")}
    if not signed["signer"]:
        remedy = "Write the name of whoever signs."
        raise InvalidInput(field="commitment_signer", value="–", remedy=remedy)
    return signed
