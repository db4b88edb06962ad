"""Pages about scenarios: versions, the editor, guides."""
