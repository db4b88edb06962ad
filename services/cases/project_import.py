"""Projects from a table that people keep: CSV or XLSX, all of them registered or none.

The first row names the columns, in English or Chinese (:data:`COLUMNS`); every other column is an
attribute of the scenario, by its key. An empty cell is a value that is not given. Every fault is
told with its row and its column.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Connection

from models.errors import InvalidInput, KaigongError
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.cases.context import ZONE
from rules.scenarios.attributes import attribute_from_text
from services.cases.acts import Receipt
from services.cases.import_table import (
    FIELD_OF,
    REQUIRED,
    CellFault,
    Row,
    Table,
    read_table,
)
from services.cases.registration import NoneRegistered, RegisterProject, register_all, trial
from services.scenarios import published as scenarios
from services.unit_of_work import Database


class NotImported(KaigongError):
    template = (
        "file: {file} has {count} faults; nothing was imported. Correct them and import it again."
    )
    field = "file"

    def __init__(self, file: str, faults: tuple[CellFault, ...]) -> None:
        self.faults = faults
        super().__init__(field="file", file=file, count=len(faults))


def import_projects(
    database: Database, path: Path, actor: Actor, now: datetime
) -> tuple[Receipt, ...]:
    """Register every project of a file in one transaction; ``NotImported`` names every fault."""
    table = read_table(path)
    with database.reading() as connection:
        faults, requests = _read_rows(connection, table, now.astimezone(ZONE).date())
    if faults:
        refused = trial(database, [request for _, request in requests], actor, now)
    else:
        try:
            return register_all(database, [request for _, request in requests], actor, now)
        except NoneRegistered as error:
            refused = error.refused
    faults += [
        table.fault(requests[refusal.position][0].number, refusal.error) for refusal in refused
    ]
    raise NotImported(path.name, tuple(sorted(faults, key=lambda fault: fault.row)))


# --- from rows to requests ------------------------------------------------------------------------


def _read_rows(
    connection: Connection, table: Table, today: date
) -> tuple[list[CellFault], list[tuple[Row, RegisterProject]]]:
    faults: list[CellFault] = []
    requests: list[tuple[Row, RegisterProject]] = []
    known: dict[str, ScenarioDefinition | None] = {}
    for row in table.rows:
        values = {field: cell for name, cell in row.cells.items() if (field := FIELD_OF.get(name))}
        key = values.get("scenario", "")
        if key not in known:
            known[key] = _effective(connection, key, today)
        errors, attributes = _attributes(row, known[key])
        errors += _missing(values)
        if not errors:
            try:
                request = RegisterProject.model_validate(values | {"attributes": attributes})
                requests.append((row, request))
            except ValidationError as error:
                errors += _not_valid(error)
        faults += [table.fault(row.number, error) for error in errors]
    return faults, requests


def _effective(connection: Connection, key: str, today: date) -> ScenarioDefinition | None:
    """The scenario as projects are registered on it; ``None`` where registering will say why not."""
    try:
        return scenarios.effective(connection, key, today)[1]
    except scenarios.UnknownScenario:
        return None


def _attributes(
    row: Row, scenario: ScenarioDefinition | None
) -> tuple[list[KaigongError], dict[str, AttributeValue]]:
    errors: list[KaigongError] = []
    attributes: dict[str, AttributeValue] = {}
    for name, cell in row.cells.items():
        if name not in FIELD_OF and scenario is not None:
            try:
                attributes[name] = attribute_from_text(scenario, name, cell)
            except KaigongError as error:
                errors.append(error)
    return errors, attributes


def _missing(values: Mapping[str, str]) -> list[KaigongError]:
    remedy = "Fill the cell in."
    return [
        InvalidInput(field=field, value="—", remedy=remedy)
        for field in REQUIRED
        if field not in values
    ]


def _not_valid(error: ValidationError) -> list[KaigongError]:
    return [
        InvalidInput(
            field=str(detail["loc"][0]),
            value=detail["input"],
            remedy="Give a text of 2 to 200 characters, without control characters.",
        )
        for detail in error.errors(include_url=False, include_context=False)
    ]
