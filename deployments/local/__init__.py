"""Everything on one machine: embedded PostgreSQL, Prefect server, worker, portal."""
