"""Rehearsal: how many projects would fare in a scenario, on the real calendar, with people's paces."""

from rules.simulation.attributes import possible_attributes
from rules.simulation.comparison import (
    Comparison,
    ItemOutcome,
    NotReplayed,
    ProjectOutcome,
    Replay,
    Sum,
    replay_past,
)
from rules.simulation.engine import simulate, simulate_one
from rules.simulation.forecast import DepartmentForecast, Forecast, ItemForecast, Percentiles
from rules.simulation.history import KINDS, PastEvent, paces_from_history
from rules.simulation.options import Options
from rules.simulation.paces import ItemPace, Paces
from rules.simulation.past import PastItem, PastProject, past_project
from rules.simulation.run import Step
from rules.simulation.told import differences_told

__all__ = [
    "KINDS",
    "Comparison",
    "DepartmentForecast",
    "Forecast",
    "ItemForecast",
    "ItemOutcome",
    "ItemPace",
    "NotReplayed",
    "Options",
    "Paces",
    "PastEvent",
    "PastItem",
    "PastProject",
    "Percentiles",
    "ProjectOutcome",
    "Replay",
    "Step",
    "Sum",
    "differences_told",
    "paces_from_history",
    "past_project",
    "possible_attributes",
    "replay_past",
    "simulate",
    "simulate_one",
]
