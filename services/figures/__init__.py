"""Figures 指标 asked of the ledger."""
