"""Pages about projects: lists, one project, one item, inboxes."""
