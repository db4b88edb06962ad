"""The portal and the REST API, thin layers over the services."""
