"""What an installation starts with: the shipped scenarios and kinds of matters, and on request the demonstration."""

from __future__ import annotations

from deployments.demo.accounts import seed_demo_accounts
from deployments.demo.in_flight import load_projects
from models.people.actor import SYSTEM
from services.cases.filling import promises as promise_filling
from services.cases.filling.rounds import fill
from services.matters.published import publish_shipped_kinds
from services.scenarios.scenario_files import publish_shipped
from services.timing import now
from services.unit_of_work import Database


def load(database: Database, *, demo: bool) -> int:
    """Loads what is not there yet; answers how many scenarios are published."""
    with database.transaction() as connection:
        published = publish_shipped(connection, SYSTEM, now())
        publish_shipped_kinds(connection, SYSTEM, now())
    fill(database)
    promise_filling.fill(database)
    if demo:
        seed_demo_accounts(database)
        load_projects(database, now())
    return len(published)
