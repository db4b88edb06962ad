"""What is remembered of an enterprise."""
