"""From the text of a scenario file to a definition, with every fault and its line and column."""

from rules.scenarios.reading.catalogue import InvalidCatalogue, read_catalogue
from rules.scenarios.reading.naming import named
from rules.scenarios.reading.reading import ScenarioReading, read_scenario

__all__ = ["InvalidCatalogue", "ScenarioReading", "named", "read_catalogue", "read_scenario"]
