"""Agents of the enterprise: their authorisations, and what they do in its name."""
