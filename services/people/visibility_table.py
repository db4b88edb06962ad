"""Who may look at what: one table, role by role, kind of object by kind.

Lists filter by it, a single object is looked up through it, and ``docs/visibility.md`` is written from
it (``make docs``): :mod:`services.people.visibility` derives all of that, nobody else reads the table.
A reach says in SQL what it covers, with the person as ``:seen_by``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from models.people.actor import Actor, Role


class Kind(StrEnum):
    """Something that one may or may not see."""

    OUTLINE = "outline"
    """A project 项目: its names, states, dates, what was registered of it, its items by name."""
    ITEM = "item"
    """An item in full 事项: its form, clocks, debts, visits and opinions, the papers that it asks for with
    their files, its part of the time line."""
    DOCUMENT = "document"
    """A document 文书 that was issued to the project."""
    LETTER = "letter"
    """A letter between authorities 督办函, and the answer."""
    AUTHORISATION = "authorisation"
    """An authorisation of an agent 授权委托书, with its paper and what was done under it."""
    CREDIT = "credit"
    """An entry of the credit record 信用记录, in its ledger."""
    NOTICE = "notice"
    """A notice 消息 in somebody's inbox."""
    UPLOAD = "upload"
    """A file that was uploaded 上传的文件 and belongs to no project yet."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody sees: SQL conditions under ``project p``, by the kind that they are about.

    ``{of}`` stands for what tells the objects of a kind apart (:data:`NAMED_BY`).
    """

    name: str
    """As the table that people read has it."""
    words: str
    """What it covers, in English."""
    sql: Mapping[Kind, str]
    by: Callable[[Actor], str | None] = field(default=lambda actor: actor.login)
    """What ``:seen_by`` is."""
    among: str | None = None
    """SQL for the numbers of projects among which all are whose outline it covers: lists begin with them
    where they are few. ``None`` where an index of projects has them in the order of lists."""
    always_few: bool = False
    """Whether nobody's are ever so many that they cannot be sorted."""


#: What ``of`` names of a kind: an expression of the query around.
NAMED_BY: Final[Mapping[Kind, str]] = {
    Kind.OUTLINE: "nothing: it is the project p itself",
    Kind.ITEM: "the code of an item of p",
    Kind.DOCUMENT: "nothing: every document of p",
    Kind.LETTER: "the department that a letter about p went to",
    Kind.AUTHORISATION: "the alias of an authorisation in p",
    Kind.CREDIT: "the code of the item of p that an entry is about",
    Kind.NOTICE: "the account that it was told to",
    Kind.UPLOAD: "the account that uploaded it",
}


def _department(actor: Actor) -> str | None:
    return actor.department


def _accompanying(actor: Actor) -> str:
    """The person, and those for whom they act while they are away."""
    return " ".join(sorted({actor.login, *actor.stands_in_for}))


def _enterprise(actor: Actor) -> str | None:
    return actor.enterprise


#: How a department comes to be concerned with an item: table, the item's column, and a condition.
_CONCERNS: Final = (
    # It decides it; what a project does not need is nobody's.
    ("item", "code", " AND (s.state <> 'not_required' OR s.decided_on IS NOT NULL)"),
    ("supervision_task", "item", ""),
    ("consultation", "item", ""),
    # A utility hears of a project before it applies.
    ("utility_line", "item", " AND s.lead_on IS NOT NULL"),
)


def _concerned(condition: str) -> str:
    """Whether the department is concerned with any item of p that meets a condition.

    One subquery, not several in a row: for those the database would look up the department's whole work.
    """
    parts = (
        f"SELECT FROM {table} s WHERE s.project_id = p.id AND s.department = :seen_by"
        f"{more}{condition.replace('{code}', f's.{column}')}"
        for table, column, more in _CONCERNS
    )
    return f"EXISTS ({' UNION ALL '.join(parts)})"


_OF_DEPARTMENT = " UNION ALL ".join(
    f"SELECT s.project_id FROM {table} s WHERE s.department = :seen_by"  # noqa: S608
    for table, _, _ in _CONCERNS
)
_GIVEN = (
    "EXISTS (SELECT FROM agency_authorisation y WHERE y.project_id = p.id"
    " AND y.agent = :seen_by AND y.state IN ('signed', 'active'){more})"
)
_OF_PROJECTS = (
    *(Kind.OUTLINE, Kind.ITEM, Kind.DOCUMENT, Kind.LETTER, Kind.AUTHORISATION, Kind.CREDIT),
)


def _all(condition: str) -> dict[Kind, str]:
    return dict.fromkeys(_OF_PROJECTS, condition)


_AMONG = "p.steward = ANY(string_to_array(:seen_by, ' '))"
ALL = Reach("all", "all of them", _all("true"))
NOBODY = Reach("–", "none of them", dict.fromkeys(Kind, "false"))
OWN = Reach(
    "own",
    "of their own enterprise",
    _all("p.enterprise = :seen_by"),
    _enterprise,
    among="SELECT o.id FROM project o WHERE o.enterprise = :seen_by",
    always_few=True,
)
ACCOMPANIED = Reach(
    "accompanied", "of the projects that they accompany", _all(_AMONG), _accompanying
)
AUTHORISED = Reach(
    "authorised",
    "of the projects and items that an authorisation which is not over names them for",
    {
        Kind.OUTLINE: _GIVEN.format(more=""),
        Kind.DOCUMENT: _GIVEN.format(more=""),
        Kind.ITEM: _GIVEN.format(more=" AND (y.items = '{{}}' OR {of} = ANY(y.items))"),
        Kind.AUTHORISATION: "{of}.agent = :seen_by",
    },
    among="SELECT y.project_id FROM agency_authorisation y WHERE y.agent = :seen_by"
    " AND y.state IN ('signed', 'active')",
    always_few=True,
)
CONCERNED = Reach(
    "concerned",
    "of their department: what it decides, supervises, is asked about or connects",
    {
        Kind.OUTLINE: _concerned(""),
        Kind.DOCUMENT: _concerned(""),
        Kind.ITEM: _concerned(" AND {code} = {of}"),
        Kind.CREDIT: _concerned(" AND {code} = {of}"),
        Kind.AUTHORISATION: _concerned(" AND ({of}.items = '{{}}' OR {code} = ANY({of}.items))"),
    },
    _department,
    among=_OF_DEPARTMENT,
)
ADDRESSED = Reach("addressed", "to their department", {Kind.LETTER: "{of} = :seen_by"}, _department)
TOLD = Reach("told", "told to them", {Kind.NOTICE: "{of} = :seen_by"})
UPLOADED = Reach("uploaded", "uploaded by them", {Kind.UPLOAD: "{of} = :seen_by"})


def _row(seen: Reach, **other: Reach) -> Mapping[Kind, Reach]:
    """A row of the table: ``seen`` of all that belongs to projects, but for what is named."""
    named = {Kind(kind): reach for kind, reach in other.items()}
    own = {Kind.NOTICE: TOLD, Kind.UPLOAD: UPLOADED}
    return {**dict.fromkeys(_OF_PROJECTS, seen), Kind.CREDIT: NOBODY, **own, **named}


REACHES: Final = (
    *(ALL, OWN, ACCOMPANIED, AUTHORISED, CONCERNED, ADDRESSED, TOLD, UPLOADED, NOBODY),
)
#: ``domain/roles`` as to reading. [D] where no source says it: the window sees what it takes in for all
#: departments, the head of the people's government what is decided under them.
TABLE: Final[Mapping[Role, Mapping[Kind, Reach]]] = {
    Role.APPLICANT: _row(OWN, letter=NOBODY),
    Role.WINDOW_CLERK: _row(ALL, letter=NOBODY),
    Role.HANDLER: _row(CONCERNED, letter=ADDRESSED),
    Role.APPROVER: _row(CONCERNED, letter=ADDRESSED),
    Role.DEPARTMENT_HEAD: _row(CONCERNED, letter=ADDRESSED, credit=CONCERNED),
    Role.PROJECT_STEWARD: _row(ACCOMPANIED),
    Role.AGENT: _row(AUTHORISED, letter=NOBODY),
    Role.ADMINISTRATOR: _row(ALL, credit=ALL),
    Role.LEADER: _row(ALL, credit=ALL),
    Role.GOVERNMENT_HEAD: _row(ALL),
    Role.SYSTEM: _row(ALL, credit=ALL),
}
