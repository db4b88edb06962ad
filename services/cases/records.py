"""Rows beside the project's facts that an act writes in its transaction: documents, credit, attributes.

An act names the kinds (:class:`rules.cases.declarations.act.Record`); each kind has its writer here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, text

from models.tables import project
from rules.cases.declarations.act import Act, Record
from services.cases.handover.lists import write_list
from services.documents import writing as documents
from services.enterprises import credit
from services.ledger.event_log import canonical
from services.ledger.written_act import WrittenAct
from services.seals import sealed


def write_records(connection: Connection, act: Act, written: WrittenAct) -> None:
    """Write everything that an act writes beside the facts, in the order in which it names it."""
    for record in act.writes:
        WRITERS[record](connection, written)


def write_records_of(connection: Connection, several: Sequence[tuple[Act, WrittenAct]]) -> None:
    """The same for acts in several projects; those that write a paper and nothing else, together."""
    papers = [written for act, written in several if act.writes == (Record.PAPER,)]
    documents.write_papers(connection, papers)
    for act, written in several:
        if act.writes != (Record.PAPER,):
            write_records(connection, act, written)


def _write_attributes(connection: Connection, act: WrittenAct) -> None:
    """The attributes, and the stages that there are because of them."""
    facts = act.facts
    values = {"id": facts.id, "attributes": canonical(dict(facts.attributes))}
    connection.execute(_ATTRIBUTES, values)
    connection.execute(_DROP_STAGES, {"id": facts.id, "stages": list(facts.stages)})


_DROP_STAGES = text("DELETE FROM stage WHERE project_id = :id AND NOT key = ANY(:stages)")
_ATTRIBUTES = text("UPDATE project SET attributes = CAST(:attributes AS jsonb) WHERE id = :id")


def _write_code(connection: Connection, act: WrittenAct) -> None:
    """The code takes the place of what the project was called; its seal moves with the name."""
    facts, before = act.facts, act.before
    values = {"id": facts.id, "code": facts.code, "region": facts.region, "before": before.code}
    connection.execute(_CODE, values)
    connection.execute(_FORMER_NAME, values)


_CODE = sealed(project, "UPDATE project SET code = :code, region = :region WHERE id = :id")
_FORMER_NAME = text(
    "INSERT INTO seal (relation, rows)"
    " VALUES ('project', jsonb_build_object(CAST(:id AS text) || '/' || :before, NULL))"
)

WRITERS: dict[Record, Callable[[Connection, WrittenAct], None]] = {
    Record.ATTRIBUTES: _write_attributes,
    Record.PROJECT_CODE: _write_code,
    Record.PAPER: documents.write_paper,
    Record.DECISION: documents.write_decision,
    Record.VOIDING: documents.write_voiding,
    Record.REVOCATION: documents.write_revocation,
    Record.RESTORING: documents.write_restoring,
    Record.SURRENDER: documents.write_surrender,
    Record.CERTIFICATE: documents.write_certificate,
    Record.BUNDLE: documents.write_bundle,
    Record.DELIVERY: documents.write_delivery,
    Record.BROKEN_COMMITMENT: credit.enter,
    Record.FALSE_COMMITMENT: credit.enter_of_revocation,
    Record.CREDIT_CORRECTION: credit.take_back,
    Record.FALSE_PAPERS: credit.enter_of_denial,
    Record.CREDIT_LIFTED: credit.lift,
    Record.HANDOVER: write_list,
    Record.BROKEN_PHASE: credit.enter_of_phase,
}
