"""Values of official documents."""
