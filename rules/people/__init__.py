"""People, their units and their absences: what may be written down of them."""
