"""The REST API: everything a person can do in the portal, for programs with a bearer token."""
