"""Acts on projects, their log and their look-ups: one transaction each."""
