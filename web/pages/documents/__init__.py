"""Pages about papers and official documents."""
