"""Whole-scenario analyses for the checks: graph, paths, combinations of attributes."""
