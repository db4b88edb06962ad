"""What an upgrade writes of a ledger from before: derived from its log and facts, and once."""
