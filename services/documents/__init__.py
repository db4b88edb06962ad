"""Official documents and files: numbered, written with the act, drawn, verified."""
