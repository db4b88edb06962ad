"""``kaigong project`` and ``kaigong audit``."""
