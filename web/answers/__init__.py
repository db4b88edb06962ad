"""File responses shared by the portal and the API."""
