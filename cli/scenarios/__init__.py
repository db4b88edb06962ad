"""``kaigong scenario``."""
