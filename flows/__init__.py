"""When machines do it: Prefect flows."""
