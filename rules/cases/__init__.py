"""What may happen in a project, and what follows from it."""
