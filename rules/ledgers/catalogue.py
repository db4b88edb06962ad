"""The ledgers that are shipped. Adding one: its declaration here, its source in ``services/cases/ledgers``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from config.texts import Word, context_of
from models.cases.case_round import Channel, RoundOutcome
from models.cases.states import DeficiencyState, Light, ProjectState
from rules.ledgers.definition import (
    Choice,
    Column,
    ColumnKind,
    Filter,
    FilterKind,
    LedgerDefinition,
    Order,
)


def _(english: str) -> Word:
    """A sentence of the portal, which has its translation already where the portal says it."""
    return Word(english, "")


def _of(value: StrEnum, english: str) -> Word:
    return Word(english, context_of(type(value)))


_LIGHTS = (
    Choice("red", _("Overdue"), (Light.RED,)),
    Choice("yellow", _("Due soon"), (Light.YELLOW,)),
    Choice("green", _("On time"), (Light.GREEN,)),
)
_OUTCOMES = (
    Choice("granted", _of(RoundOutcome.GRANTED, "Granted"), (RoundOutcome.GRANTED,)),
    Choice(
        "conditionally_granted",
        _of(RoundOutcome.CONDITIONALLY_GRANTED, "Granted with papers to follow"),
        (RoundOutcome.CONDITIONALLY_GRANTED,),
    ),
    Choice("denied", _of(RoundOutcome.DENIED, "Denied"), (RoundOutcome.DENIED,)),
    Choice(
        "not_accepted", _of(RoundOutcome.NOT_ACCEPTED, "Not accepted"), (RoundOutcome.NOT_ACCEPTED,)
    ),
    Choice(
        "not_required",
        _of(RoundOutcome.NOT_REQUIRED, "No licence needed"),
        (RoundOutcome.NOT_REQUIRED,),
    ),
    Choice("withdrawn", _of(RoundOutcome.WITHDRAWN, "Withdrawn"), (RoundOutcome.WITHDRAWN,)),
)
_CHANNELS = (
    Choice("portal", _of(Channel.PORTAL, "Portal"), (Channel.PORTAL,)),
    Choice("mobile", _of(Channel.MOBILE, "Mobile"), (Channel.MOBILE,)),
    Choice("window", _of(Channel.WINDOW, "Window"), (Channel.WINDOW,)),
    Choice("station", _of(Channel.STATION, "Service station"), (Channel.STATION,)),
    Choice("home_service", _of(Channel.HOME_SERVICE, "Home service"), (Channel.HOME_SERVICE,)),
    Choice("mail", _of(Channel.MAIL, "Mail"), (Channel.MAIL,)),
    Choice("agent", _of(Channel.AGENT, "Agent"), (Channel.AGENT,)),
    Choice("api", _of(Channel.API, "Another system"), (Channel.API,)),
)
_WORDS = Filter("text", _("Title, code or enterprise"), FilterKind.WORDS)
_PLACE = Filter("place", _("District"), FilterKind.EXACT, listed="places")
_SCENARIO = Filter("scenario", _("Scenario"), FilterKind.EXACT, listed="scenarios", shown=False)
_DEPARTMENT = Filter("department", _("Department"), FilterKind.EXACT, listed="departments")
_CODE = Column("project", _("Code"), ColumnKind.CODE, width=24, shown=False)
_TITLE = Column("title", _("Project"), width=36, shown=False)
_ENTERPRISE = Column("enterprise_name", _("Enterprise"), width=32, shown=False)
_CREDIT_CODE = Column("enterprise", _("Credit code"), ColumnKind.CODE, width=22, shown=False)
_PLACE_NAME = Column("place_name", _("District"), ColumnKind.NAME, shown=False)
_ITEM = Column("item", _("Item code"), ColumnKind.CODE, width=10, shown=False)
_ITEM_NAME = Column("item_name", _("Item"), ColumnKind.NAME, width=36, shown=False)
_ROUND = Column("round", _("Round"), ColumnKind.NUMBER, width=8, shown=False)

PROJECTS = LedgerDefinition(
    key="projects",
    name=_("Projects"),
    explains=_("Projects with their lights, the most urgent on top"),
    source="projects",
    address="/projects",
    page_size=30,
    columns=(
        Column("light", _("Light"), ColumnKind.LIGHT, width=10),
        Column("of", _("Project"), ColumnKind.PROJECT),
        Column("progress", _("Progress"), ColumnKind.PROGRESS),
        Column("waits_for", _("Waits for"), ColumnKind.WAITING),
        Column("code", _("Code"), ColumnKind.CODE, width=24, shown=False),
        _TITLE,
        _ENTERPRISE,
        _CREDIT_CODE,
        Column("scenario_name", _("Scenario"), ColumnKind.NAME, width=24, shown=False),
        Column("state", _("State"), ColumnKind.WORD, width=12, shown=False),
        Column("stage_name", _("Stage"), ColumnKind.NAME, width=24, shown=False),
        Column("waiting_names", _("Waiting items"), width=48, shown=False),
        Column("items_done", _("Items done"), ColumnKind.NUMBER, width=10, shown=False),
        Column("items_total", _("Items"), ColumnKind.NUMBER, width=10, shown=False),
        Column("registered_on", _("Registered on"), ColumnKind.DAY, shown=False),
        Column("completed_on", _("Completed on"), ColumnKind.DAY, shown=False),
        Column("next_due_on", _("Due next"), ColumnKind.DUE),
        Column("steward_name", _("Steward")),
    ),
    filters=(
        _WORDS,
        Filter("level", _("Light"), FilterKind.CHOICE, choices=_LIGHTS),
        Filter(
            "state",
            _("State"),
            FilterKind.CHOICE,
            default="active",
            choices=(
                Choice("active", _("Under way"), (ProjectState.ACTIVE,)),
                Choice("completed", _("Completed"), (ProjectState.COMPLETED,)),
                Choice("withdrawn", _("Withdrawn"), (ProjectState.WITHDRAWN,)),
                Choice("all", _("All")),
            ),
        ),
        Filter("steward", _("Steward"), FilterKind.EXACT, listed="stewards"),
        _PLACE,
        _SCENARIO,
        Filter("registered", _("Registered on"), FilterKind.DAYS, shown=False),
    ),
)

DEFICIENCIES = LedgerDefinition(
    key="deficiencies",
    name=_("Deficiency ledger"),
    explains=_("What was deferred on a signed commitment, what falls due first on top"),
    source="deficiencies",
    address="/deficiencies",
    columns=(
        Column("light", _("Light"), ColumnKind.LIGHT, width=10),
        Column("material_name", _("Paper"), ColumnKind.NAME, width=32),
        Column("item_of", _("Item"), ColumnKind.ITEM),
        _ITEM,
        _ITEM_NAME,
        _ROUND,
        Column("of", _("Project"), ColumnKind.PROJECT),
        _CODE,
        _TITLE,
        _ENTERPRISE,
        _CREDIT_CODE,
        _PLACE_NAME,
        Column("department_name", _("Department"), ColumnKind.NAME, width=24),
        Column("owner_name", _("Answers for it")),
        Column("opened_on", _("Deferred on"), ColumnKind.DAY, shown=False),
        Column("due_on", _("Due"), ColumnKind.DUE),
        Column("state", _("State"), ColumnKind.WORD, width=14),
        Column("submitted_on", _("Handed in on"), ColumnKind.DAY, shown=False),
        Column("closed_on", _("Closed on"), ColumnKind.DAY),
    ),
    filters=(
        Filter(
            "show",
            _("State"),
            FilterKind.CHOICE,
            asks="state",
            default="open",
            choices=(
                Choice(
                    "open",
                    _("Still owed"),
                    (DeficiencyState.OPEN, DeficiencyState.SUBMITTED),
                ),
                Choice("all", _("All"), order="opened"),
            ),
        ),
        _WORDS,
        Filter("level", _("Light"), FilterKind.CHOICE, asks="light", choices=_LIGHTS),
        _DEPARTMENT,
        _PLACE,
        Filter("due", _("Due"), FilterKind.DAYS, asks="due_on", shown=False),
        Filter("opened", _("Deferred on"), FilterKind.DAYS, asks="opened_on", shown=False),
    ),
    orders=(
        Order("due", _("What falls due first"), "due_on"),
        Order("opened", _("What was deferred last"), "opened_on", descending=True),
    ),
)

INBOX = LedgerDefinition(
    key="inbox",
    name=_("Inbox"),
    explains=_("What waits for an officer, what falls due first on top"),
    source="inbox",
    address="/inbox",
    columns=(
        Column("due_on", _("Due"), ColumnKind.DUE),
        Column("light", _("Light"), ColumnKind.LIGHT, width=10, shown=False),
        Column("item_of", _("Item"), ColumnKind.ITEM),
        _ITEM,
        _ITEM_NAME,
        _ROUND,
        Column("of", _("Project"), ColumnKind.PROJECT),
        _CODE,
        Column("title", _("Project"), at="project_title", width=36, shown=False),
        _ENTERPRISE,
        Column("department_name", _("Department"), ColumnKind.NAME, width=24, shown=False),
        Column("to_do", _("To do"), ColumnKind.TASK),
        Column("state", _("State"), ColumnKind.WORD, width=14, shown=False),
        Column("handler", _("Officer"), ColumnKind.CODE, shown=False),
        Column("since", _("Since"), ColumnKind.DAY, shown=False),
        Column("statutory_due_on", _("Statutory last day"), ColumnKind.DAY, width=20, shown=False),
        Column(
            "remaining_working_days",
            _("Working days left"),
            ColumnKind.NUMBER,
            width=20,
            shown=False,
        ),
        Column("open", _("Open"), ColumnKind.OPEN),
    ),
    filters=(_WORDS, _PLACE, _SCENARIO),
)

#: Filters of the case rounds that the rows of a figure are found by.
COUNTED_AS, MET, COUNTED, COUNTED_ON = "figure", "met", "counted", "as_of"

ROUNDS = LedgerDefinition(
    key="rounds",
    name=_("Case rounds"),
    explains=_("One line for each application of an item, from its receipt to its end"),
    source="rounds",
    columns=(
        Column("item_of", _("Item"), ColumnKind.ITEM),
        _ITEM,
        _ITEM_NAME,
        Column("round", _("Round"), ColumnKind.NUMBER, width=8),
        Column("of", _("Project"), ColumnKind.PROJECT),
        _CODE,
        _TITLE,
        _ENTERPRISE,
        _CREDIT_CODE,
        Column("department_name", _("Department"), ColumnKind.NAME, width=24),
        Column("steward_name", _("Steward"), shown=False),
        Column("channel", _("Channel"), ColumnKind.WORD, width=12),
        Column("received_on", _("Received on"), ColumnKind.DAY),
        Column("accepted_on", _("Accepted on"), ColumnKind.DAY),
        Column("acceptance_kind", _("How it was accepted"), ColumnKind.WORD, shown=False),
        Column("notices", _("Correction notices"), ColumnKind.NUMBER, shown=False),
        Column("promised_due_on", _("Promised last day"), ColumnKind.DAY, width=20),
        Column("statutory_due_on", _("Statutory last day"), ColumnKind.DAY, width=20, shown=False),
        Column("ended_on", _("Ended on"), ColumnKind.DAY),
        Column("outcome", _("How it ended"), ColumnKind.WORD),
        Column("counted_days", _("Counted days"), ColumnKind.NUMBER),
        Column("natural_days", _("Natural days"), ColumnKind.NUMBER, shown=False),
        Column("deferred_count", _("Papers to follow"), ColumnKind.NUMBER, shown=False),
        Column("voided_on", _("Voided on"), ColumnKind.DAY, shown=False),
        Column("delivered_on", _("Delivered on"), ColumnKind.DAY, shown=False),
    ),
    filters=(
        Filter(COUNTED_AS, _("Figure"), FilterKind.EXACT, listed="figures"),
        Filter(
            MET,
            _("Counted"),
            FilterKind.CHOICE,
            choices=(
                Choice("yes", _("in the numerator")),
                Choice("no", _("not in the numerator")),
            ),
            shown=False,
        ),
        Filter(COUNTED, _("Period of the figure"), FilterKind.DAYS, shown=False),
        Filter(COUNTED_ON, _("As known on"), FilterKind.DAY, shown=False),
        _WORDS,
        _DEPARTMENT,
        _PLACE,
        Filter("item", _("Item code"), FilterKind.EXACT, shown=False),
        Filter("stage", _("Stage"), FilterKind.EXACT, shown=False),
        Filter("region", _("District of the round"), FilterKind.EXACT, shown=False),
        Filter("scenario", _("Scenario"), FilterKind.EXACT, listed="scenarios", shown=False),
        Filter("steward", _("Steward"), FilterKind.EXACT, listed="stewards", shown=False),
        Filter(
            "outcome",
            _("How it ended"),
            FilterKind.CHOICE,
            choices=_OUTCOMES,
        ),
        Filter(
            "channel",
            _("Channel"),
            FilterKind.CHOICE,
            choices=_CHANNELS,
            shown=False,
        ),
        Filter("received", _("Received on"), FilterKind.DAYS, "received_on", shown=False),
        Filter("ended", _("Ended on"), FilterKind.DAYS, "ended_on", shown=False),
    ),
    orders=(
        Order("received", _("What came in last"), "received_on", descending=True),
        Order("ended", _("What ended last"), "ended_on", descending=True),
    ),
)

DEFINITIONS = (PROJECTS, INBOX, DEFICIENCIES, ROUNDS)

LEDGERS: Mapping[str, LedgerDefinition] = {ledger.key: ledger for ledger in DEFINITIONS}
