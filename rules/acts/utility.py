"""What a utility does with its line: hears of it, answers it with a plan, connects it."""

from __future__ import annotations

from models import commands as c
from models.errors import KaigongError
from models.facts import LineFacts
from rules import utilities
from rules.acts.decision import grant
from rules.acts.lifecycle import DateInFuture, UnknownStage, conclude
from rules.draft import Draft


class NoLeads(KaigongError):
    """stage: no utility of {stage} has to hear of the project now."""

    field = "stage"


class NoLead(KaigongError):
    """item: no lead of {item} waits to be acknowledged."""

    field = "item"


class NotALine(KaigongError):
    """item: {item} is not the line of a utility; decide it like any other item."""

    field = "item"


class ConnectionTooEarly(KaigongError):
    """item: {item} is connected after the acceptance, when {missing} is there; wait for it."""

    field = "item"


class ConnectedBefore(KaigongError):
    """connected_on: {value} is before {first}, since when {item} can be connected; give the day on which it was connected."""

    field = "connected_on"


class ConnectedAlready(KaigongError):
    """item: {item} is connected already, since {connected_on}."""

    field = "item"


def send_leads(draft: Draft, command: c.SendLeads) -> None:
    """Each utility hears once of a project that will need it; no application is opened by it."""
    if command.stage not in draft.scenario.stage:
        raise UnknownStage(stage=command.stage, known=list(draft.scenario.stage))
    due = utilities.leads_due(draft.before, command.stage)
    if not due:
        raise NoLeads(stage=command.stage)
    declared = draft.scenario.stage[command.stage].leads
    at_once = utilities.at_registration(draft.before, command.stage)
    because = None if declared is None or at_once else declared.on
    for code in due:
        draft.change_line(code, lead_on=draft.today, lead_because=because)
        draft.record("LeadSent", code, because=because)
        department = draft.items[code].department
        draft.tell(f"department:{department}", "utility_lead", code, because=because)


def acknowledge(draft: Draft, command: c.AcknowledgeLead) -> None:
    """The utility knows of the project, and says whom the enterprise can ask."""
    line = draft.lines.get(command.item)
    if line is None or line.lead_on is None or line.acknowledged_on is not None:
        raise NoLead(item=command.item)
    draft.change(command.item)
    draft.change_line(command.item, acknowledged_on=draft.today, contact=command.contact)
    draft.record("LeadAcknowledged", command.item)
    draft.tell("enterprise", "lead_acknowledged", command.item)
    draft.tell("steward", "lead_acknowledged", command.item)


def answer(draft: Draft, command: c.AnswerLine) -> None:
    """Grant the line with its plan; the consolidated reply says all plans together."""
    if draft.definition(command.item).utility is None:
        raise NotALine(item=command.item)
    draft.change_line(
        command.item,
        answered_on=draft.today,
        plan=command.plan,
        days=command.days,
        contact=command.contact,
        to_red_line=command.to_red_line,
    )
    draft.record("LineAnswered", command.item, plan=command.plan)
    grant(draft, command.item, command.plan)


def connect(draft: Draft, command: c.ConnectLine) -> None:
    """The line is connected; with the last one the connection as a whole is done."""
    line, on = _to_connect(draft, command.item), command.connected_on
    if on > draft.today:
        raise DateInFuture(value=on.isoformat(), today=draft.today.isoformat())
    first = line.connect_from or draft.today
    if on < first:
        raise ConnectedBefore(value=on.isoformat(), item=command.item, first=first.isoformat())
    draft.change(command.item)
    draft.change_line(command.item, connected_on=on)
    draft.record("LineConnected", command.item, connected_on=on.isoformat())
    draft.tell("enterprise", "line_connected", command.item)
    whole = utilities.connection_of(draft.scenario, command.item)
    if whole is not None and not utilities.unconnected(
        draft.scenario, draft.items, draft.lines, whole
    ):
        days = [found.connected_on for found in draft.lines.values() if found.connected_on]
        conclude(draft, whole, max(days))


def _to_connect(draft: Draft, item: str) -> LineFacts:
    """The line, if it can be connected."""
    if draft.definition(item).utility is None:
        raise NotALine(item=item)
    line = draft.lines.get(item)
    if line is not None and line.connected_on is not None:
        raise ConnectedAlready(item=item, connected_on=line.connected_on.isoformat())
    if line is None or line.connect_from is None:
        whole = utilities.connection_of(draft.scenario, item)
        raise ConnectionTooEarly(item=item, missing=whole or "—")
    return line
