"""The paper on which an authorisation was signed."""

from __future__ import annotations

from models.errors import NotFound
from services.cases.views.project_reading import seen_by
from services.documents.files import FileContent, read_file
from services.people.viewer import Viewer
from services.unit_of_work import Database


def signed_authorisation(
    database: Database, viewer: Viewer, project: str, number: int
) -> tuple[str, FileContent]:
    """The paper of an authorisation and its name, of those that the viewer may see; ``NotFound`` where there is
    none on paper.
    """
    with database.reading() as connection:
        seen, _ = seen_by(connection, viewer.actor, viewer.now, project)
    given = {authorisation.number: authorisation for authorisation in seen.authorisations()}.get(
        number
    )
    if given is None or given.file_name is None:
        remedy = "Look it up on the page of the project's agents."
        raise NotFound(field="number", value=number, remedy=remedy)
    return given.file_name, read_file(database, given.sha256)
