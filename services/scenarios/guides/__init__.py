"""Guides for applicants 办事指南, made from a scenario."""
