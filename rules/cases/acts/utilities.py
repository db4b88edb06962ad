"""Acts on utility lines: lead, answer with a plan, connection."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.states import ItemState
from models.cases.utility_line import LINES, LineFacts
from models.errors import KaigongError
from rules.cases.acts.decision import ITEM_APPROVED, grant
from rules.cases.acts.lifecycle import MILESTONE_RECORDED, UnknownStage, conclude
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Situation, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments import utilities
from rules.cases.instruments.milestones import check_day


class NoLeads(KaigongError):
    template = "stage: no utility of {stage} has to hear of the project now."
    field = "stage"


class NoLead(KaigongError):
    template = "item: no lead of {item} waits to be acknowledged."
    field = "item"


class NotALine(KaigongError):
    template = "item: {item} is not the line of a utility; decide it like any other item."
    field = "item"


class ConnectionTooEarly(KaigongError):
    template = (
        "item: {item} is connected after the acceptance, when {missing} is there; wait for it."
    )
    field = "item"


class ConnectedBefore(KaigongError):
    template = "connected_on: {value} is before {first}, since when {item} can be connected; give the day on which it was connected."
    field = "connected_on"


class ConnectedAlready(KaigongError):
    template = "item: {item} is connected already, since {connected_on}."
    field = "item"


def send_leads(draft: Draft, command: c.SendLeads) -> None:
    """Send each utility the lead of a project once; no application is opened by it."""
    if command.stage not in draft.scenario.stage:
        raise UnknownStage(stage=command.stage, known=list(draft.scenario.stage))
    due = utilities.leads_due(draft.before, command.stage)
    if not due:
        raise NoLeads(stage=command.stage)
    declared = draft.scenario.stage[command.stage].leads
    at_once = utilities.at_registration(draft.before, command.stage)
    because = None if declared is None or at_once else declared.on
    for code in due:
        line = utilities.line_of(draft.lines, draft.items[code])
        draft.enter(LINES, line, lead_on=draft.today, lead_because=because)
        draft.record("LeadSent", code, because=because)
        department = draft.items[code].department
        draft.tell(f"department:{department}", "utility_lead", code, because=because)


def acknowledge(draft: Draft, command: c.AcknowledgeLead) -> None:
    """Acknowledge a lead, with a contact for the enterprise."""
    line = draft.lines.get(command.item)
    if line is None or line.lead_on is None or line.acknowledged_on is not None:
        raise NoLead(item=command.item)
    draft.change(command.item)
    draft.enter(LINES, line, acknowledged_on=draft.today, contact=command.contact)
    draft.record("LeadAcknowledged", command.item)
    draft.tell("enterprise", "lead_acknowledged", command.item)
    draft.tell("steward", "lead_acknowledged", command.item)


def answer(draft: Draft, command: c.AnswerLine) -> None:
    """Grant the line with its plan, for the consolidated reply."""
    if draft.definition(command.item).utility is None:
        raise NotALine(item=command.item)
    draft.enter(
        LINES,
        utilities.line_of(draft.lines, draft.items[command.item]),
        answered_on=draft.today,
        plan=command.plan,
        days=command.days,
        contact=command.contact,
        to_red_line=command.to_red_line,
    )
    draft.record("LineAnswered", command.item, plan=command.plan)
    grant(draft, command.item, command.plan)


def connect(draft: Draft, command: c.ConnectLine) -> None:
    """Record a line as connected; the last one completes the connection milestone."""
    line, on = _to_connect(draft, command.item), command.connected_on
    check_day(draft.before, on, draft.context, long_ago=True)
    first = line.connect_from or draft.today
    if on < first:
        raise ConnectedBefore(value=on.isoformat(), item=command.item, first=first.isoformat())
    draft.change(command.item)
    draft.enter(LINES, line, connected_on=on)
    draft.record("LineConnected", command.item, connected_on=on.isoformat())
    draft.tell("enterprise", "line_connected", command.item)
    whole = utilities.connection_of(draft.scenario, command.item)
    if whole is not None and not utilities.unconnected(
        draft.scenario, draft.items, draft.lines, whole
    ):
        days = [known.connected_on for known in draft.lines.values() if known.connected_on]
        conclude(draft, whole, max(days))


def _to_connect(draft: Draft, item: str) -> LineFacts:
    """The line of an item; refuses one that cannot be connected."""
    if draft.definition(item).utility is None:
        raise NotALine(item=item)
    line = draft.lines.get(item)
    if line is not None and line.connected_on is not None:
        raise ConnectedAlready(item=item, connected_on=line.connected_on.isoformat())
    if line is None or line.connect_from is None:
        whole = utilities.connection_of(draft.scenario, item)
        raise ConnectionTooEarly(item=item, missing=whole or "—")
    return line


def _lead_waits(situation: Situation) -> bool:
    line = situation.facts.lines.get(situation.code)
    return line is not None and line.lead_on is not None and line.acknowledged_on is None


def _to_be_connected(situation: Situation) -> bool:
    line = situation.facts.lines.get(situation.code)
    connected = line is not None and line.connected_on is not None
    return situation.definition.utility is not None and not connected


SEND_LEADS = Act(
    command=c.SendLeads,
    label="Send the leads to the utilities",
    perform=send_leads,
    roles=roles.SYSTEM,
    place=60,
    events=(EventKind("LeadSent", "The utility of {item} hears of the project in advance"),),
    notices=("utility_lead",),
)
ACKNOWLEDGE_LEAD = Act(
    command=c.AcknowledgeLead,
    label="Acknowledge the lead",
    perform=acknowledge,
    roles=roles.EXAMINERS,
    transitions=stays(*(state for state in ItemState if state in utilities.UNDECIDED)),
    place=170,
    offered=_lead_waits,
    form=Form(place=130, template="acknowledge_lead", without=frozenset({"contact"})),
    events=(
        EventKind(
            "LeadAcknowledged", "The utility of {item} knows of the project and names whom to ask"
        ),
    ),
    notices=("lead_acknowledged",),
)
ANSWER_LINE = Act(
    command=c.AnswerLine,
    label="Answer with the plan and grant",
    perform=answer,
    roles=roles.DECIDERS,
    transitions={ItemState.ACCEPTED: (ItemState.GRANTED,)},
    place=180,
    offered=lambda situation: situation.definition.utility is not None,
    form=Form(
        place=140,
        template="answer_line",
        without=frozenset({"plan", "days", "contact", "to_red_line"}),
    ),
    events=(EventKind("LineAnswered", "{item} answered with a plan: {plan}"), ITEM_APPROVED),
    notices=("item_granted",),
)
CONNECT_LINE = Act(
    command=c.ConnectLine,
    label="Record the connection",
    perform=connect,
    roles=roles.EXAMINERS,
    transitions=stays(ItemState.GRANTED),
    place=190,
    offered=_to_be_connected,
    form=Form(place=150),
    events=(
        EventKind(
            "LineConnected",
            "{item} connected on {connected_on}",
            reads={"connected_on": Reading.DAY},
        ),
        MILESTONE_RECORDED,
    ),
    notices=("line_connected",),
)
