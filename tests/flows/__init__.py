"""The flows on a real Prefect server, which lives as long as the tests of this package."""
