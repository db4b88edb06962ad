"""Who may look at what: an enterprise at its own, a steward at those it accompanies, and so on."""

from __future__ import annotations

from models.actor import Actor, Role
from models.facts import ProjectFacts
from rules.permissions import NotTheirs

#: Roles that see every project.
SEE_ALL = frozenset({Role.WINDOW_CLERK, Role.ADMINISTRATOR, Role.LEADER, Role.SYSTEM})
OFFICERS = frozenset({Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD})


def may_see(actor: Actor, facts: ProjectFacts) -> bool:
    """Whether a project may be shown to someone; officers see those that their department
    decides in, supervises or was asked about.
    """
    if actor.role in SEE_ALL:
        return True
    if actor.role is Role.APPLICANT:
        return actor.enterprise == facts.enterprise
    if actor.role is Role.PROJECT_STEWARD:
        return actor.login == facts.steward
    concerned = (facts.items, facts.supervision, facts.consultations)
    return any(one.department == actor.department for rows in concerned for one in rows.values())


def may_read_letter(actor: Actor | None, department: str) -> bool:
    """Whether a supervision letter to a department is for someone, in a project that they may see:
    never for the enterprise or the public, and of the departments only for the one it went to.
    """
    if actor is None or actor.role is Role.APPLICANT:
        return False
    return actor.role not in OFFICERS or actor.department == department


def check_may_see(actor: Actor, facts: ProjectFacts) -> None:
    """Refuse to show a project to someone whose business it is not."""
    if not may_see(actor, facts):
        raise NotTheirs(
            actor=actor.login, act="see_project", subject=facts.code, owner=facts.enterprise
        )


def scope(actor: Actor | None) -> tuple[str, dict[str, object]]:
    """The same rule as a condition on ``project p``: SQL and its parameters."""
    if actor is None or actor.role in SEE_ALL:
        return "true", {}
    if actor.role is Role.APPLICANT:
        return "p.enterprise = :seen_by", {"seen_by": actor.enterprise}
    if actor.role is Role.PROJECT_STEWARD:
        return "p.steward = :seen_by", {"seen_by": actor.login}
    return _DECIDED_BY, {"seen_by": actor.department}


_DECIDED_BY = (
    "(EXISTS (SELECT FROM item s WHERE s.project_id = p.id AND s.department = :seen_by"
    " AND (s.state <> 'not_required' OR s.decided_on IS NOT NULL))"
    " OR EXISTS (SELECT FROM supervision_task t"
    " WHERE t.project_id = p.id AND t.department = :seen_by)"
    " OR EXISTS (SELECT FROM consultation q"
    " WHERE q.project_id = p.id AND q.department = :seen_by))"
)
