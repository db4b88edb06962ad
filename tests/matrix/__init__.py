"""The matrix: every role on every page, operation and act, on its own and on other people's objects."""
