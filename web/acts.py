"""From a form to an act: papers first, then the command, each with a key of its own."""

from __future__ import annotations

from models import commands as c
from models.errors import InvalidInput, KaigongError
from models.form import FormValue
from rules.corrections import named_fields
from rules.forms import FORM_ACTS, from_texts
from services.acts import Receipt, perform
from services.documents.files import StoredFile, store_file
from services.store import load
from web.forms import Submission, Upload, command_of
from web.portal import Portal
from web.viewer import Viewer


class NoFileChosen(KaigongError):
    """file: no file was chosen; choose at least one."""

    field = "file"


def do(portal: Portal, reader: Viewer, code: str, sent: Submission) -> Receipt:
    """Do what a form asks: hand in the papers that came with it, then act.

    Sent twice it is done once: every part carries a key derived from the form's own.
    """
    if sent.papers:
        hand_in(portal, reader, code, sent)
    command = _command(portal, code, sent)
    return perform(portal.database, code, command, reader.actor, reader.now, key=sent.key)


def hand_in(portal: Portal, reader: Viewer, code: str, sent: Submission) -> int:
    """Hand in the papers of a form; how many. All files are checked before the first one counts."""
    if not sent.papers:
        raise NoFileChosen
    stored = {key: _store(portal, upload) for key, upload in sent.papers.items()}
    for material, file in stored.items():
        command = c.SubmitMaterial(material=material, file_name=file.name, sha256=file.sha256)
        key = f"{sent.key}:{material}" if sent.key else None
        perform(portal.database, code, command, reader.actor, reader.now, key=key)
    return len(stored)


def confirm_received(portal: Portal, reader: Viewer, code: str, sent: Submission) -> None:
    """Confirm the delivery of every document that a form names; each is an act of its own."""
    for item in sent.fields.get("item", ()):
        command = c.RecordDelivery(item=item, method="electronic")
        key = f"{sent.key}:{item}" if sent.key else None
        perform(portal.database, code, command, reader.actor, reader.now, key=key)


def _command(portal: Portal, code: str, sent: Submission) -> c.ProjectCommand:
    if sent.text("act") in ("make_up_material", "fix_on_the_spot"):
        upload = sent.files.get("file")
        if upload is None:
            raise NoFileChosen
        file = _store(portal, upload)
        more = {"file_name": [file.name], "sha256": [file.sha256]}
        sent = Submission({**sent.fields, **more}, {})
    if not sent.text("act"):
        raise InvalidInput(field="act", value="–", remedy="Choose what to do.")
    return command_of(sent, _form(portal, code, sent))


def _form(portal: Portal, code: str, sent: Submission) -> dict[str, FormValue] | None:
    """The item's own form as it was filled in; ``None`` where the act or the item has none.

    Of a correction only the fields that were named, ``None`` where none was.
    """
    if sent.text("act") not in FORM_ACTS:
        return None
    with portal.database.reading() as connection:
        facts = load(connection, code).facts
    definition = facts.scenario.item.get(sent.text("item"))
    if definition is None or not definition.form:
        return None
    filled = from_texts(definition, sent.filled)
    if sent.text("act") != "supply_correction":
        return filled
    again = named_fields(definition, facts.items[definition.code])
    return {key: filled[key] for key in again if key in filled} if again else None


def _store(portal: Portal, upload: Upload) -> StoredFile:
    return store_file(portal.database, upload.content, upload.name, portal.settings.upload_limit_mb)
