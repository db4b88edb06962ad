"""Where people look: the portal and the REST API, thin over the services."""
