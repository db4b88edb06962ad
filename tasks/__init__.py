"""Prefect tasks, each one service call."""
