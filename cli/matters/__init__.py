"""``kaigong kind`` and ``kaigong matter``."""
