"""``/api/v1/scenarios``."""
