"""What may happen: pure rules over frozen facts. No clock, no database, no orchestration in here."""
