"""Everything about one project: its facts, clocks, documents and log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from models.cases.facts import ProjectFacts
from models.cases.pre_check import PRE_CHECKS
from models.people.actor import Actor
from rules.cases.clocks.lights import light_of_all
from services.cases.views.parts import (
    architect,
    bundles,
    commitments,
    consultation,
    counted_time,
    deficiencies,
    exemptions,
    joint,
    land_sheet,
    materials,
    promises,
    stages,
    supervision,
    voidings,
)
from services.cases.views.parts.clocks import clock_row
from services.cases.views.parts.supervision import SupervisionRow
from services.cases.views.project_reading import Reading, read
from services.cases.views.sight import cut
from services.cases.views.values.project import PreCheckRow, ProjectPage
from services.unit_of_work import Database
from services.wording.names import item_name


def project_page(
    database: Database, project: int | str, now: datetime, *, viewer: Actor
) -> ProjectPage:
    """One project in its current state; ``NotFound`` where the ``viewer`` may see none."""
    with database.reading() as connection:
        return page_of(read(connection, project, now, viewer))


def page_of(reading: Reading) -> ProjectPage:
    """The page of a project already read, cut to what its reader sees."""
    return cut(_whole(reading), reading.seen)


def _whole(reading: Reading) -> ProjectPage:
    facts, scenario, today = reading.facts, reading.facts.scenario, reading.context.today
    clock_rows = [clock_row(clock, reading.context) for clock in reading.clocks]
    running, names = facts.clocks.values(), reading.names
    due = (clock.due_on for clock in running if clock.due_on)
    return ProjectPage(
        code=facts.code,
        title=facts.title,
        state=facts.state,
        light=light_of_all(running, reading.context.now),
        region=facts.region,
        enterprise=facts.enterprise,
        enterprise_name=names.get(f"enterprise:{facts.enterprise}", facts.enterprise),
        steward=facts.steward,
        steward_name=names.get(facts.steward or ""),
        scenario=scenario.key,
        scenario_version=scenario.version,
        scenario_name=scenario.name,
        promise_days=scenario.promised_days,
        counted=counted_time.counted_time(facts, reading.clocks, reading.context),
        promises=tuple(promises.promise_rows(scenario, reading.clocks, reading.context)),
        registered_on=facts.registered_on or today,
        completed_on=facts.completed_on,
        on=today,
        next_due_on=min(due, default=None),
        attributes=facts.attributes,
        stages=tuple(stages.stage_rows(facts, clock_rows, names, reading.context)),
        awaiting_code=_pre_check(facts),
        architect=architect.architect_row(facts),
        exempt=tuple(exemptions.exempt_rows(facts)),
        materials=tuple(materials.material_rows(facts)),
        deficiencies=tuple(deficiencies.deficiency_rows(facts, reading.context.now)),
        voidings=tuple(voidings.voiding_rows(facts)),
        commitments=tuple(commitments.commitment_rows(facts)),
        site_visits=tuple(joint.site_visit_rows(facts)),
        supervision=tuple(_not_hidden(supervision.supervision_rows(facts, today), reading)),
        bundles=tuple(bundles.bundle_rows(facts)),
        land_sheet=tuple(land_sheet.land_sheet(facts)),
        rectifications=tuple(joint.rectification_rows(facts)),
        consultations=tuple(consultation.consultation_rows(facts)),
        documents=reading.documents,
        events=reading.events,
        flow_run_id=reading.flow_run_id,
    )


def _pre_check(facts: ProjectFacts) -> PreCheckRow | None:
    entries = facts.of(PRE_CHECKS)
    if not facts.awaits_code or not entries:
        return None
    entry = entries[max(entries)]
    name = item_name(facts.scenario, entry.item)
    return PreCheckRow(entry.item, name, entry.state, entry.due_on, entry.reason)


def _not_hidden(tasks: Iterable[SupervisionRow], reading: Reading) -> Iterator[SupervisionRow]:
    """The tasks without the letters hidden from the viewer."""
    return (task for task in tasks if reading.seen.task(task.number))
