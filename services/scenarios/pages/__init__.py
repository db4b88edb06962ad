"""Pages of the portal about scenarios: each is one view object, made in one place."""
