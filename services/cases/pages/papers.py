"""The file of a paper, for whoever sees an item that asks for it."""

from __future__ import annotations

from mimetypes import guess_extension

from models.errors import NotFound
from models.people.actor import Actor
from services.cases.views.parts.events import was_handed_in
from services.cases.views.sight import look_up
from services.documents.files import FileContent, read_file
from services.unit_of_work import Database


def paper(
    database: Database, viewer: Actor, project: str, material: str
) -> tuple[str, FileContent]:
    """A paper as it is there now and its name; ``NotFound`` for what the viewer may not see as well."""
    with database.reading() as connection:
        _, seen = look_up(connection, viewer, project)
    held = seen.facts.materials.get(material)
    if held is None or held.sha256 is None or material not in seen.papers:
        remedy = "Nothing was handed in under this name."
        raise NotFound(field="material", value=material, remedy=remedy)
    return held.file_name or material, read_file(database, held.sha256)


def paper_version(
    database: Database, viewer: Actor, project: str, material: str, sha256: str
) -> tuple[str, FileContent]:
    """A paper in a version that was handed in once, whatever came after it; as :func:`paper` else."""
    with database.reading() as connection:
        _, seen = look_up(connection, viewer, project)
        there = was_handed_in(connection, seen.facts.id, material, sha256)
        if material not in seen.papers or not there:
            remedy = "This version was never handed in."
            raise NotFound(field="sha256", value=sha256[:12], remedy=remedy)
    file = read_file(database, sha256)
    return f"{material}-{sha256[:8]}{guess_extension(file.media_type) or ''}", file
