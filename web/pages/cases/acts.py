"""From a form to an act: papers first, then the command, each with a key of its own."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.case_round import Channel
from models.errors import InvalidInput, KaigongError
from models.scenarios.forms import FormValue
from rules.cases.declarations.registry import registry
from rules.cases.instruments.forms import from_texts
from services.cases.acts import Receipt, execute
from services.cases.views.project_reading import facts_for
from services.documents.files import StoredFile
from web.forms import Submission, Upload, command_of
from web.portal import Portal
from web.uploads import store_sent
from web.viewer import Viewer


class NoFileChosen(KaigongError):
    template = "file: no file was chosen; choose at least one."
    field = "file"


def submit_form(portal: Portal, viewer: Viewer, code: str, sent: Submission) -> Receipt:
    """Do what a form asks: hand in the papers that came with it, then act.

    Sent twice it is done once: every part carries a key derived from the form's own.
    """
    if sent.papers:
        hand_in(portal, viewer, code, sent)
    command = _from_here(_command(portal, viewer, code, sent))
    return execute(portal.database, code, command, viewer.actor, viewer.now, key=sent.key)


def hand_in(portal: Portal, viewer: Viewer, code: str, sent: Submission) -> int:
    """Hand in the papers of a form; how many. All files are checked before the first one counts."""
    if not sent.papers:
        raise NoFileChosen
    stored = {key: _store(portal, viewer, upload) for key, upload in sent.papers.items()}
    for material, file in stored.items():
        command = c.SubmitMaterial(material=material, file_name=file.name, sha256=file.sha256)
        key = f"{sent.key}:{material}" if sent.key else None
        execute(portal.database, code, command, viewer.actor, viewer.now, key=key)
    return len(stored)


def confirm_received(portal: Portal, viewer: Viewer, code: str, sent: Submission) -> None:
    """Confirm the delivery of every document that a form names; each is an act of its own."""
    items = sent.fields.get("item", ())
    if not items:
        raise InvalidInput(field="item", value="–", remedy="Choose at least one.")
    for item in items:
        command = c.RecordDelivery(item=item, method="electronic")
        key = f"{sent.key}:{item}" if sent.key else None
        execute(portal.database, code, command, viewer.actor, viewer.now, key=key)


def _command(portal: Portal, viewer: Viewer, code: str, sent: Submission) -> c.ProjectCommand:
    act = registry().acts.get(sent.text("act"))
    if act is not None and act.takes_file:
        upload = sent.files.get("file")
        if upload is None:
            raise NoFileChosen
        file = _store(portal, viewer, upload)
        more = {"file_name": [file.name], "sha256": [file.sha256]}
        sent = Submission({**sent.fields, **more}, {})
    if not sent.text("act"):
        raise InvalidInput(field="act", value="–", remedy="Choose what to do.")
    return command_of(sent, _form(portal, viewer, code, sent))


def _from_here(command: c.ProjectCommand) -> c.ProjectCommand:
    """An application that is made on a page came in by the portal."""
    if isinstance(command, c.SubmitApplication):
        return command.model_copy(update={"channel": Channel.PORTAL})
    return command


def _form(
    portal: Portal, viewer: Viewer, code: str, sent: Submission
) -> dict[str, FormValue] | None:
    """The item's own form as it was filled in; ``None`` where the act or the item has none.

    Of a correction only the fields that were named, ``None`` where none was.
    """
    act = registry().acts.get(sent.text("act"))
    if act is None or not act.fills_form:
        return None
    with portal.database.reading() as connection:
        facts, _ = facts_for(connection, viewer.actor, viewer.now, code)
    definition = facts.scenario.item.get(sent.text("item"))
    if definition is None or not definition.form:
        return None
    filled = from_texts(definition, sent.filled)
    if act.form_fields is None:
        return filled
    again = act.form_fields(definition, facts.items[definition.code])
    return {key: filled[key] for key in again if key in filled} if again else None


def _store(portal: Portal, viewer: Viewer, upload: Upload) -> StoredFile:
    return store_sent(portal, viewer, upload.content, upload.name)
