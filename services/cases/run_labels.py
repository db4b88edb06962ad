"""What the run of a project is called in Prefect's lists, and its tags."""

from __future__ import annotations

from datetime import date, datetime

from models.cases.facts import ProjectFacts
from models.cases.states import Light
from rules.cases.clocks.lights import light_of_all


def run_name(code: str, title: str) -> str:
    """What a steward reads in Prefect's lists."""
    return f"{code} {title}"


def run_tags(steward: str | None, region: str, light: Light = Light.GREEN) -> tuple[str, ...]:
    """Tags by which a steward filters Prefect's lists."""
    return (f"steward:{steward or '-'}", f"region:{region}", f"level:{light}")


def tags_of(facts: ProjectFacts, when: date | datetime) -> tuple[str, ...]:
    """The same of a project, with the light that it has then."""
    return run_tags(facts.steward, facts.region, light_of_all(facts.clocks.values(), when))
