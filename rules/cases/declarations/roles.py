"""Groups of roles that act together (``domain/roles``).

The window may not refuse or decide (窗口无否决权): it notifies once or refers; an administrator configures
but never decides a case; a steward accompanies own projects but never decides; only the head extends a
limit (art. 42).
"""

from __future__ import annotations

from models.people.actor import Role

SYSTEM = frozenset({Role.SYSTEM})
ENTERPRISE = frozenset({Role.APPLICANT})
"""What nobody does for an enterprise."""
AGENTS = frozenset({Role.PROJECT_STEWARD, Role.AGENT})
"""Who acts for an enterprise 帮办代办, under its written authorisation alone (Licensing Law art. 29)."""
APPLICANT = ENTERPRISE | AGENTS
"""What an agent may do for the enterprise, where the authorisation names it."""
BINDING = frozenset({Role.APPLICANT, Role.AGENT})
"""What binds the enterprise: never for the steward to do, of other agents for those of its own choice [D]."""
INTAKE = frozenset({Role.WINDOW_CLERK, Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD})
EXAMINERS = frozenset({Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD})
DECIDERS = frozenset({Role.APPROVER, Role.DEPARTMENT_HEAD})
HEAD = frozenset({Role.DEPARTMENT_HEAD})
EXTENDERS = frozenset({Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD})
"""The head of the department, or of the people's government where several handle it as one (art. 42)."""
