"""What may happen: the pure core. No clock, no database, no Prefect in here."""
