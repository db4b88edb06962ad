"""Pages about rehearsals."""
