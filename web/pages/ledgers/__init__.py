"""Pages of ledgers, each made from its definition, and of figures."""
