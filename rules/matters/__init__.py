"""Matters 事件, pure: what a kind allows, what an act leads to, and what the log says of it."""
