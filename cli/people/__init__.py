"""``kaigong account``."""
