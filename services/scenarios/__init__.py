"""What administrators do with scenarios: draft, prove, rehearse, publish, compare, migrate, exchange."""
