"""The menu of each role: where its work is, with the number of things that wait there."""

from __future__ import annotations

from typing import Any

from models.people.actor import Role
from services.cases.commitments import commitment_lists
from services.cases.handover.signing import SUPERIORS
from services.cases.pages.menu import MenuCounts
from services.cases.registration import REGISTRARS
from services.enterprises import credit_list
from services.people.viewer import Viewer
from services.people.visibility import OFFICERS
from services.scenarios.record import READERS

_INBOX, _PROJECTS, _OWN, _REGISTER = "Inbox", "Projects", "My projects", "Register a project"
_NOTICES, _ADMINISTRATION = "Notices", "Administration"
_DEFICIENCIES, _CREDIT = "Deficiency ledger", "Credit record"
_SCENARIOS, _AGENTS, _LOG = "Scenarios", "Agents", "Security log"
_COMMITMENTS, _HANDOVERS, _FIGURES = "Granted on commitment", "Hand-overs", "Figures"
#: Every word of the menu: each needs its translation.
MENU_WORDS = (
    _INBOX, _PROJECTS, _OWN, _REGISTER, _NOTICES, _ADMINISTRATION, _DEFICIENCIES, _CREDIT,
    _SCENARIOS, _AGENTS, _LOG, _COMMITMENTS, _FIGURES, _HANDOVERS,
)  # fmt: skip


#: Whose work figures are; whoever else opens their page has those of what they see.
_READ_FIGURES = frozenset({Role.LEADER, Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD})
#: Entries of some roles: address, word, whose.
_OF_SOME = (
    ("/credit", _CREDIT, credit_list.READERS),
    ("/commitments", _COMMITMENTS, commitment_lists.PUBLISHERS | {Role.APPLICANT}),
    ("/figures", _FIGURES, _READ_FIGURES),
    ("/handovers", _HANDOVERS, SUPERIORS | {Role.PROJECT_STEWARD}),
)


def home_of(role: Role) -> str:
    """The start page of a role."""
    if role in OFFICERS or role is Role.WINDOW_CLERK:
        return "/inbox"
    return "/projects"


def menu_of(viewer: Viewer, here: str, counts: MenuCounts) -> list[dict[str, Any]]:
    """The entries: address, English words, a number to show, whether one is there already."""
    role = viewer.account.role
    entries: list[tuple[str, str, int]] = []
    if home_of(role) == "/inbox" or role in (Role.LEADER, Role.GOVERNMENT_HEAD):
        entries.append(("/inbox", _INBOX, counts.inbox))
    entries.append(("/projects", _OWN if role is Role.APPLICANT else _PROJECTS, 0))
    if role in REGISTRARS:
        entries.append(("/projects/new", _REGISTER, 0))
    if role not in OFFICERS:
        entries.append(("/agency", _AGENTS, 0))
    if role is not Role.WINDOW_CLERK:
        entries.append(("/deficiencies", _DEFICIENCIES, 0))
    entries += [(address, words, 0) for address, words, roles in _OF_SOME if role in roles]
    entries.append(("/notices", _NOTICES, counts.notices))
    if role in READERS:
        entries.append(("/scenarios", _SCENARIOS, counts.requests))
    if role is Role.LEADER:
        entries.append(("/admin/security-log", _LOG, 0))
    if role is Role.ADMINISTRATOR:
        entries.append(("/admin", _ADMINISTRATION, 0))
    return [
        {"address": address, "words": words, "count": count, "current": _at(here, address)}
        for address, words, count in entries
    ]


def _at(here: str, address: str) -> bool:
    if address == "/scenarios":
        return here.startswith("/scenario")
    if address == "/projects":
        return here.startswith("/projects") and here != "/projects/new"
    if address == "/admin":
        return here.startswith("/admin")
    if address == "/handovers":
        return here.startswith(address)
    return here == address
