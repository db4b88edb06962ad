"""Rehearsal: simulation of projects in a scenario, on the real calendar, at people's paces."""

from rules.rehearsal.comparison import (
    Comparison,
    ItemOutcome,
    NotReplayed,
    ProjectOutcome,
    Replay,
    Sum,
    replay_past,
)
from rules.rehearsal.differences import differences
from rules.rehearsal.engine import simulate, simulate_one
from rules.rehearsal.forecast import DepartmentForecast, Forecast, ItemForecast, Percentiles
from rules.rehearsal.observed_paces import KINDS, PastEvent, paces_from_history
from rules.rehearsal.options import Options
from rules.rehearsal.paces import ItemPace, Paces
from rules.rehearsal.past_project import PastItem, PastProject, past_project
from rules.rehearsal.run import Step
from rules.rehearsal.sampled_attributes import possible_attributes

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
    "differences",
    "paces_from_history",
    "past_project",
    "possible_attributes",
    "replay_past",
    "simulate",
    "simulate_one",
]
