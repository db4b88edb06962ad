"""The credit record of enterprises."""
