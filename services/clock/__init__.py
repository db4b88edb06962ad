"""The working calendar in force, and what a new one changes."""
