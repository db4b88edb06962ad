"""How a project is kept: its rows, its hash-chained log, what an act wrote."""
