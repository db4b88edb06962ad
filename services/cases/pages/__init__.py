"""Pages of the portal about projects: each is one view object, made in one place with few queries."""
