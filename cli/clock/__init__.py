"""``kaigong clock``."""
