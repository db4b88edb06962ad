"""A project on its way through approval: its facts, what can be asked of it, what follows."""
