"""The page of one project, a tab at a time."""
