"""Rehearsal: how many projects would fare in a scenario, on the real calendar, with people's paces."""

from rules.simulation.attributes import possible_attributes
from rules.simulation.engine import simulate, simulate_one
from rules.simulation.forecast import DepartmentForecast, Forecast, ItemForecast, Percentiles
from rules.simulation.history import KINDS, PastEvent, paces_from_history
from rules.simulation.options import Options
from rules.simulation.paces import ItemPace, Paces
from rules.simulation.run import Step

__all__ = [
    "KINDS",
    "DepartmentForecast",
    "Forecast",
    "ItemForecast",
    "ItemPace",
    "Options",
    "Paces",
    "PastEvent",
    "Percentiles",
    "Step",
    "paces_from_history",
    "possible_attributes",
    "simulate",
    "simulate_one",
]
