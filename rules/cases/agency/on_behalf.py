"""What an agent does for the enterprise is kept, shown as such, and told to the enterprise at once."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.agency import AGENT_ACTS, AgentActFacts
from rules.cases.draft import Draft
from rules.cases.instruments.agency import Agency


def enter(draft: Draft, command: c.ProjectCommand, agency: Agency) -> None:
    """Enter the act among those of agents, before it is done: its first event carries the line."""
    item = command.item if isinstance(command, c.ItemCommand) else None
    entry = AgentActFacts(
        number=max(draft.agent_acts, default=0) + 1,
        act=command.act,
        agent=draft.context.actor.login,
        on_behalf_of=agency.on_behalf_of,
        acted_on=draft.today,
        item=item,
        round=draft.items[item].round if item is not None else None,
        authorisation=agency.authorisation,
    )
    draft.enter(AGENT_ACTS, entry)


def inform(draft: Draft, command: c.ProjectCommand, agency: Agency) -> None:
    """Tell the enterprise who did what in its name, and under which authorisation."""
    item = command.item if isinstance(command, c.ItemCommand) else None
    draft.tell(
        "enterprise",
        "agent_acted",
        item,
        agent=draft.context.actor.login,
        acted=command.act,
        authorisation=agency.authorisation,
        number=max(draft.agent_acts),
    )
